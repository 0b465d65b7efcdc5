using Basalt.Backup;
using Basalt.Bench.Targets;
using Basalt.Engine;

namespace Basalt.Bench.Workloads;

/// <summary>Backups and restores of the backup layer.</summary>
internal sealed class BasaltBackupRun(BenchContext context, OpenStore store, int run) : BackupRun(context, store, run)
{
    private string _lastId = "";

    protected override (long Logical, long Uploaded) BackUp()
    {
        BackupSummary summary = BasaltBackups.CreateAsync(((BasaltStore)Store.Store).Database, Repository).GetAwaiter().GetResult();
        _lastId = summary.Id;
        return (summary.LogicalBytes, summary.UploadedBytes);
    }

    protected override void Restore()
    {
        using Database database = Database.Open(Restored);
        BasaltBackups.RestoreAsync(database, Repository, _lastId).GetAwaiter().GetResult();
    }

    protected override void CopyData(string target)
    {
        foreach (string file in Directory.EnumerateFiles(Store.Path, "*.seg"))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }
}
