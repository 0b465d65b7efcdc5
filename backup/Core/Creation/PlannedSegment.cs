using System.Collections.Immutable;

namespace Basalt.Backup.Creation;

/// <summary>A segment of the backup: extents of its own, or a slice of a pack.</summary>
internal sealed class PlannedSegment(SegmentSource source)
{
    private int _missing;

    public SegmentSource Source { get; } = source;

    public ImmutableArray<PlannedExtent> Extents { get; private set; } = [];

    public PlannedPack? Pack { get; private set; }

    /// <summary>The first byte in the pack's payload.</summary>
    public long PackOffset { get; private set; }

    /// <summary>Whether nothing of it needs an upload.</summary>
    public bool IsPresent => _missing == 0;

    public void Assign(ImmutableArray<PlannedExtent> extents)
    {
        Extents = extents;
        _missing = extents.Count(extent => extent.IsUploaded);
    }

    public void Assign(PlannedPack pack, long offset)
    {
        Pack = pack;
        PackOffset = offset;
        _missing = 1;
    }

    /// <summary>One of its uploads is done; true if it was the last.</summary>
    public bool CompleteUpload() => Interlocked.Decrement(ref _missing) == 0;
}
