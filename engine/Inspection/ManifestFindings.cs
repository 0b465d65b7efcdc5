using Basalt.Engine.Manifest;

namespace Basalt.Engine.Inspection;

/// <summary>What the manifest says, as far as it can be read.</summary>
internal sealed record ManifestFindings
{
    /// <summary>The manifest that was read; null if none could be.</summary>
    public string? Name { get; init; }

    /// <summary>The database; null if neither a manifest nor a log tells.</summary>
    public Guid? DatabaseId { get; init; }

    /// <summary>The whole state as one edit; null if not even the beginning of a manifest could be read.</summary>
    public VersionEdit? State { get; init; }

    /// <summary>Whether <c>CURRENT</c> does not name the manifest that was read.</summary>
    public bool IsCurrentDamaged { get; init; }

    /// <summary>Whether edits that took effect may be missing from the state.</summary>
    public bool MayLackEdits { get; init; }

    /// <summary>Whether an edit is whole but cannot be understood, as a newer build writes it.</summary>
    public bool IsNotUnderstood { get; init; }

    /// <summary>The name of a keyspace.</summary>
    public string? NameOf(uint keyspace) => State?.CreatedKeyspaces.Find(created => created.Id == keyspace)?.Name;

    /// <summary>All segments, those of leases alone included.</summary>
    public IEnumerable<SegmentDefinition> Segments() =>
        State is null ? [] : [.. State.AddedSegments.Select(placement => placement.Segment), .. State.LeasedSegments];
}
