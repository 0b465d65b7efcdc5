using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Fills stores for workloads that need data, off the measured path.</summary>
internal static class LoadedStore
{
    public const int ValueBytes = 100;

    private const int BatchEntries = 1000;
    private const long ChunkEntries = 1_000_000;
    private static readonly TimeSpan QuietInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Writes entries with the scattered keys of the numbers from <paramref name="first"/> on.</summary>
    public static void Fill(IStore store, long first, long count, int valueBytes = ValueBytes, int seed = 1)
    {
        using IStoreSession session = store.OpenSession();
        ValueSource values = new(valueBytes, seed);
        for (long done = 0; done < count; done += ChunkEntries)
        {
            using PreparedKeys keys = PreparedKeys.Scattered(first + done, Math.Min(ChunkEntries, count - done));
            Fill(session, keys, values);
        }
    }

    /// <summary>Writes an entry for each key.</summary>
    public static void Fill(IStoreSession session, PreparedKeys keys, ValueSource values)
    {
        for (long i = 0; i < keys.Count; i += BatchEntries)
        {
            session.PutBatch(keys, i, (int)Math.Min(BatchEntries, keys.Count - i), values);
        }
    }

    /// <summary>Flushes and waits until nothing works in the background any more.</summary>
    public static void Settle(IStore store)
    {
        store.Flush();
        WaitUntilQuiet();
        ScratchFolder.SyncDisk();
    }

    /// <summary>
    /// Waits until the process has used next to no processor time for a while: background work of any store, which none of them lets a caller
    /// wait for.
    /// </summary>
    public static void WaitUntilQuiet()
    {
        int quiet = 0;
        while (quiet < 3)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(QuietInterval);
            quiet = Environment.CpuUsage.TotalTime - before < QuietInterval / 20 ? quiet + 1 : 0;
        }
    }
}
