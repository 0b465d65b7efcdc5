namespace Basalt.Server.Search;

/// <summary>Merges the ids of several shards, each in order, into one order.</summary>
internal static class AscendingIds
{
    /// <summary>All of them, smallest first. Takes from each only as many as are asked for, and one more.</summary>
    public static IEnumerable<Guid> Merge(IReadOnlyList<IEnumerable<Guid>> runs) => runs.Count == 1 ? runs[0] : MergeMany(runs);

    private static IEnumerable<Guid> MergeMany(IReadOnlyList<IEnumerable<Guid>> runs)
    {
        var open = new PriorityQueue<IEnumerator<Guid>, Guid>(runs.Count);
        try
        {
            foreach (IEnumerable<Guid> run in runs)
            {
                IEnumerator<Guid> ids = run.GetEnumerator();
                if (ids.MoveNext())
                {
                    open.Enqueue(ids, ids.Current);
                }
                else
                {
                    ids.Dispose();
                }
            }

            while (open.TryPeek(out IEnumerator<Guid>? next, out Guid id))
            {
                yield return id;
                if (next.MoveNext())
                {
                    open.DequeueEnqueue(next, next.Current);
                }
                else
                {
                    open.Dequeue().Dispose();
                }
            }
        }
        finally
        {
            while (open.TryDequeue(out IEnumerator<Guid>? left, out _))
            {
                left.Dispose();
            }
        }
    }
}
