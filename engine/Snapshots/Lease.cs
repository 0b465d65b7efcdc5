using Basalt.Engine.Manifest;

namespace Basalt.Engine.Snapshots;

/// <summary>A lease in force, with the segments that it names.</summary>
/// <param name="grant">What the manifest records.</param>
/// <param name="keyspaces">The leased keyspaces with their segments.</param>
internal sealed class Lease(LeaseGrant grant, IReadOnlyList<(string Name, IReadOnlyList<PlacedSegment> Segments)> keyspaces)
{
    private long _expiresAtTicks = grant.ExpiresAt.UtcTicks;

    public LeaseGrant Grant { get; } = grant;

    public IReadOnlyList<(string Name, IReadOnlyList<PlacedSegment> Segments)> Keyspaces { get; } = keyspaces;

    /// <summary>When it lapses. Set under the manifest lock, read by anyone: one word, so that nobody sees half of it.</summary>
    public DateTimeOffset ExpiresAt
    {
        get => new(Volatile.Read(ref _expiresAtTicks), TimeSpan.Zero);
        set => Volatile.Write(ref _expiresAtTicks, value.UtcTicks);
    }

    /// <summary>The files that it keeps, each once.</summary>
    public IReadOnlySet<SegmentFile> Files { get; } =
        keyspaces.SelectMany(keyspace => keyspace.Segments).Select(placed => placed.Segment.File).ToHashSet();
}
