using Basalt.Bench.Load;
using Basalt.Bench.Reports;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>One run of <see cref="BackupWorkload"/> on one store: full backup, two incremental ones, restore, and copies of the same bytes.</summary>
internal abstract class BackupRun(BenchContext context, OpenStore store, int run) : IDisposable
{
    private readonly ScratchFolder _folder = context.CreateFolder();
    private readonly long _entries = BackupWorkload.Entries(context.Scale.BackupBytes);

    protected string Repository => _folder.Combine("repository");

    protected string Restored => _folder.Combine("restored");

    protected OpenStore Store => store;

    public void Run()
    {
        using (this)
        {
            RunAll();
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Backs up; returns the bytes that the backup holds and those that it had to write.</summary>
    protected abstract (long Logical, long Uploaded) BackUp();

    /// <summary>Restores the last backup into <see cref="Restored"/>.</summary>
    protected abstract void Restore();

    /// <summary>Copies the files that a full backup reads.</summary>
    protected abstract void CopyData(string target);

    private void RunAll()
    {
        double full = MeasureFull();
        MeasureIncremental(BackupWorkload.SequentialCase, Neighbours(), full);
        MeasureIncremental(BackupWorkload.RandomCase, RandomKeys(), full);
        MeasureRestore();
        store.Store.Compact();
        LoadedStore.Settle(store.Store);
    }

    private double MeasureFull()
    {
        Prepare(store.Path);
        long before = MonotonicClock.Now();
        (long logical, _) = BackUp();
        double nanoseconds = MonotonicClock.Now() - before;

        string data = _folder.Combine("data");
        Directory.CreateDirectory(data);
        CopyData(data);
        Prepare(data);
        double copy = TimeCopy(data, _folder.Combine("copy"));
        AddThroughput(BackupWorkload.FullCase, logical / nanoseconds, FileCopy.Length(data) / copy);
        return nanoseconds;
    }

    private void MeasureIncremental(string name, PreparedKeys change, double full)
    {
        using (change)
        {
            LoadedStore.Fill(store.Session, change, new ValueSource(BackupWorkload.ValueBytes, 100 + run));
        }

        Prepare(store.Path);
        long before = MonotonicClock.Now();
        (long logical, long uploaded) = BackUp();
        Add(name, BackupWorkload.TimeShare, FigureUnit.Percent, 100 * (MonotonicClock.Now() - before) / full);
        Add(name, BackupWorkload.UploadedShare, FigureUnit.Percent, 100.0 * uploaded / logical);
    }

    private void MeasureRestore()
    {
        Prepare(Repository);
        long before = MonotonicClock.Now();
        Restore();
        double nanoseconds = MonotonicClock.Now() - before;
        long restored = StoreFiles.Of(Restored).DataBytes;

        Prepare(Repository);
        double copy = TimeCopy(Repository, _folder.Combine("copy-of-repository"));
        AddThroughput(BackupWorkload.RestoreCase, restored / nanoseconds, FileCopy.Length(Repository) / copy);
    }

    private PreparedKeys Neighbours() => PreparedKeys.Ordered(_entries / 20 * (run + 1), _entries / 100);

    private PreparedKeys RandomKeys() => PreparedKeys.Chosen(new UniformChooser(0, _entries, run), _entries / 100, KeyOrder.Sequential);

    private static void Prepare(string folder)
    {
        ScratchFolder.SyncDisk();
        FileCopy.Evict(folder);
    }

    private static double TimeCopy(string from, string to)
    {
        long before = MonotonicClock.Now();
        FileCopy.CopyAndSync(from, to);
        return MonotonicClock.Now() - before;
    }

    private void AddThroughput(string name, double bytesPerNanosecond, double copy)
    {
        Add(name, BackupWorkload.Throughput, FigureUnit.BytesPerSecond, bytesPerNanosecond * 1e9);
        Add(name, BackupWorkload.CopyThroughput, FigureUnit.BytesPerSecond, copy * 1e9);
        Add(name, BackupWorkload.OfCopy, FigureUnit.Ratio, bytesPerNanosecond / copy);
    }

    private void Add(string name, string figure, FigureUnit unit, double value)
    {
        if (run > 0)
        {
            context.AddFigure(BackupWorkload.WorkloadName, name, store.Kind, figure, unit, value);
        }
    }
}
