using Basalt.Backup.Extents;

namespace Basalt.Backup.Creation;

/// <summary>Small segments that travel as one object, in this backup only.</summary>
internal sealed class PlannedPack(string key)
{
    private readonly List<PlannedSegment> _segments = [];

    public string Key { get; } = key;

    public IReadOnlyList<PlannedSegment> Segments => _segments;

    public long PayloadLength { get; private set; }

    public ExtentFrame Frame => new(PayloadLength, 0);

    /// <summary>CRC32C of the stored object; known once it is built.</summary>
    public uint? StoredCrc { get; set; }

    public void Add(PlannedSegment segment)
    {
        segment.Assign(this, PayloadLength);
        _segments.Add(segment);
        PayloadLength += segment.Source.Metadata.Length;
    }

    public IReadOnlyList<PayloadPart> Parts() =>
        [.. _segments.SelectMany(segment => Enumerable.Range(0, segment.Source.Metadata.Extents.Length).Select(segment.Source.Part))];
}
