using Basalt.Engine.Files;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Describes the segments of a file that no manifest names, by what they say of themselves. That is all but the keyspace, which only the
/// manifest knows.
/// </summary>
internal static class UnnamedSegments
{
    /// <summary>One loss for each segment that can be told; one without a range for what cannot.</summary>
    public static IEnumerable<Loss> Describe(IFileSystem files, string directory, ulong number)
    {
        List<Loss> losses = [];
        string name = FileNames.Segment(number);
        long end = 0;
        try
        {
            using IReadableFile file = files.OpenRead(Path.Combine(directory, name));
            for (end = file.Length; end > 0;)
            {
                end = Describe(file, end, name, losses);
            }
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            losses.Add(new Loss { Reason = $"What '{name}' holds before offset {end} cannot be told, and no edit that can be read names it." });
        }

        return losses;
    }

    /// <summary>Describes the segment that ends at an offset and returns where it begins.</summary>
    private static long Describe(IReadableFile file, long end, string name, List<Loss> losses)
    {
        SegmentProperties properties = SegmentTail.Read(file, end, out long start);
        losses.Add(new Loss
        {
            Reason = $"A segment in '{name}' is named by no edit that can be read; which keyspace it belongs to, if any still, is not known.",
            SmallestKey = properties.SmallestKey,
            LargestKey = properties.LargestKey,
            Entries = properties.EntryCount,
            SmallestSequence = properties.SmallestSequence,
            LargestSequence = properties.LargestSequence,
        });
        return start;
    }
}
