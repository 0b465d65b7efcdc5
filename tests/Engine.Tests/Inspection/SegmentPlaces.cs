using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>Where the parts of a segment lie in its file.</summary>
internal sealed record SegmentPlaces(long Start, SegmentFooter Footer)
{
    public static SegmentPlaces Of(string directory, SegmentDefinition segment)
    {
        using IReadableFile file = LocalFileSystem.Instance.OpenRead(Path.Combine(directory, FileNames.Segment(segment.Id.File)));
        return new SegmentPlaces(segment.Id.Offset, SegmentFooter.Read(new SegmentLocation(file, segment.Id.Offset, segment.Metadata.Length)));
    }

    /// <summary>A byte in the middle of a part, and where the part begins, both in the file.</summary>
    public (long Inside, long Begin) Find(string part) => part switch
    {
        "block" => (Start + (Footer.DataLength / 2), Start),
        "filter" => (Start + Footer.DataLength + 3, Start + Footer.DataLength),
        "index" => (Start + Footer.IndexOffset + 3, Start + Footer.IndexOffset),
        "properties" => (Start + Footer.PropertiesOffset + 50, Start + Footer.PropertiesOffset),
        "footer" => (Start + Footer.SegmentLength - 70, Start + Footer.SegmentLength - SegmentFormat.FooterLength),
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };
}
