using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Speed, size and memory of backups and restores while nobody writes.</summary>
internal sealed class BackupWorkload : Workload
{
    public const string FullCase = "full backup";
    public const string RestoreCase = "restore";
    public const string SequentialCase = "incremental after 1 % sequential change";
    public const string RandomCase = "incremental after 1 % random change";

    public const string Throughput = "throughput";
    public const string CopyThroughput = "throughput of cp + sync";
    public const string OfCopy = "throughput over cp + sync";
    public const string UploadedShare = "uploaded, of all bytes";
    public const string TimeShare = "time, of the full backup's";
    public const string Buffers = "buffers, at most at a time";

    public const string WorkloadName = "backup";
    public const int ValueBytes = 1024;

    public override string Name => WorkloadName;

    public override string Description =>
        "Full backup to a folder, two incremental ones (1 % of the keys overwritten: one range of neighbours; random ones) and a restore into an empty store, nobody writing. "
        + "Basalt and RocksDB's BackupEngine make what they write durable. cp + sync copies the same bytes between the same folders. Before each, the files to read are dropped "
        + "from the system's cache. Buffers are what the backup layer counts of its own: all blocks of data that it holds at a time.";

    public override void Run(BenchContext context)
    {
        MeasureBuffers(context, context.Scale.BackupBytes / 8);
        MeasureBuffers(context, context.Scale.BackupBytes);
        using OpenStore basalt = Load(context, context.Basalt, context.Scale.BackupBytes);
        using OpenStore rocksDb = Load(context, context.RocksDb, context.Scale.BackupBytes);
        context.Say($"backup: loaded {Figures.Bytes(context.Scale.BackupBytes)}");

        // The first run warms the code and does not count.
        for (int run = 0; run <= context.Scale.Runs; run++)
        {
            new BasaltBackupRun(context, basalt, run).Run();
            new RocksDbBackupRun(context, rocksDb, run).Run();
            context.Say($"backup: run {run}");
        }
    }

    public static string BuffersCase(long bytes) => $"full backup of {Figures.Bytes(bytes)}";

    public static long Entries(long bytes) => bytes / (KeyFormat.Length + ValueBytes);

    private static void MeasureBuffers(BenchContext context, long bytes)
    {
        using OpenStore store = Load(context, context.Basalt, bytes);
        for (int run = 0; run < context.Scale.Runs; run++)
        {
            using ScratchFolder repository = context.CreateFolder();
            long buffers = BasaltBackups.MeasureBuffersAsync(((BasaltStore)store.Store).Database, repository.Path).GetAwaiter().GetResult();
            context.AddFigure(WorkloadName, BuffersCase(bytes), context.Basalt, Buffers, FigureUnit.Bytes, buffers);
        }
    }

    private static OpenStore Load(BenchContext context, IStoreKind kind, long bytes)
    {
        OpenStore store = OpenStore.Create(context, kind, new StoreOptions());
        using PreparedKeys keys = PreparedKeys.Ordered(0, Entries(bytes));
        LoadedStore.Fill(store.Session, keys, new ValueSource(ValueBytes, 1));
        store.Store.Compact();
        LoadedStore.Settle(store.Store);
        return store;
    }
}
