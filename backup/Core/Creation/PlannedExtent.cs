using Basalt.Backup.Naming;

namespace Basalt.Backup.Creation;

/// <summary>An extent of the backup that has an object of its own.</summary>
internal sealed class PlannedExtent(PlannedSegment segment, int index, ContentId content, string key, bool isUploaded)
{
    public PlannedSegment Segment { get; } = segment;

    public int Index { get; } = index;

    public ContentId Content { get; } = content;

    /// <summary>The object that holds it or will.</summary>
    public string Key { get; } = key;

    /// <summary>Whether this plan uploads it; otherwise the object is there already, or another extent of the plan brings it.</summary>
    public bool IsUploaded { get; } = isUploaded;

    public long Length => Segment.Source.Metadata.Extents[Index].Length;
}
