using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Backups and restores of RocksDB's BackupEngine.</summary>
internal sealed class RocksDbBackupRun(BenchContext context, OpenStore store, int run) : BackupRun(context, store, run)
{
    protected override (long Logical, long Uploaded) BackUp()
    {
        long before = Directory.Exists(Repository) ? FileCopy.Length(Repository) : 0;
        RocksDbBackups.Create((RocksDbStore)Store.Store, Repository);
        return (StoreFiles.Of(Store.Path).DataBytes, FileCopy.Length(Repository) - before);
    }

    protected override void Restore() => RocksDbBackups.Restore(Repository, Restored);

    protected override void CopyData(string target)
    {
        foreach (string file in Directory.EnumerateFiles(Store.Path, "*.sst"))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }
}
