using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Schema;

/// <summary>Divides entries of classes into steps of which each is small enough.</summary>
internal static class EntrySteps
{
    /// <summary>In their order, as many in each step as fit; an entry that is too large by itself is alone.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="maxCount">The most in a step.</param>
    /// <param name="maxBytes">The most bytes of a step.</param>
    /// <param name="sizeOf">The bytes of an entry.</param>
    public static IEnumerable<SchemaEntry[]> Of(IEnumerable<SchemaEntry> entries, int maxCount, long maxBytes, Func<SchemaEntry, long> sizeOf)
    {
        List<SchemaEntry> step = [];
        long bytes = 0;
        foreach (SchemaEntry entry in entries)
        {
            long more = sizeOf(entry);
            if (step.Count == maxCount || (step.Count > 0 && bytes + more > maxBytes))
            {
                yield return [.. step];
                step.Clear();
                bytes = 0;
            }

            step.Add(entry);
            bytes += more;
        }

        if (step.Count > 0)
        {
            yield return [.. step];
        }
    }
}
