using Basalt.Backup;
using Basalt.Engine;

namespace Basalt.Crash.Writer;

/// <summary>
/// The life of a small database from its first start to its close, always the same: writes, flushes, a compaction, keyspaces that come and go, two
/// backups, a restore, a backup deleted and its garbage collected.
/// </summary>
public sealed class LifeScenario(string folder, Report report)
{
    /// <summary>What makes the program run this.</summary>
    public const string Name = "life";

    public const string FirstBackup = "b1";
    public const string SecondBackup = "b2";

    /// <summary>Batches in the first backup.</summary>
    public const int FirstBackupBatches = 240;

    /// <summary>Batches in the second backup.</summary>
    public const int SecondBackupBatches = 280;

    public const string PassingKeyspace = "passing";

    /// <summary>What the names of restored keyspaces begin with.</summary>
    public const string CopyPrefix = "copy of ";

    public const string BackUpFirst = "back-up-1";
    public const string BackUpSecond = "back-up-2";
    public const string CreatePassing = "create-passing";
    public const string DropPassing = "drop-passing";
    public const string Restore = "restore";
    public const string DropCopies = "drop-copies";
    public const string DeleteFirst = "delete-1";

    private long _count;

    /// <summary>The keyspaces of <see cref="CountedBatches"/>.</summary>
    public static IReadOnlyList<string> Keyspaces { get; } = ["counters", "entries", "mirror", "recent"];

    public static string DataPath(string folder) => Path.Combine(folder, "data");

    public static string BackupPath(string folder) => Path.Combine(folder, "backups");

    public async Task RunAsync()
    {
        await using Database database = Database.Open(DataPath(folder), WriterProcess.Options(Durability.Sync));
        await using BackupService backups = new(database, new FileSystemBackend(BackupPath(folder)));
        CountedBatches batches = new(database);
        report.Ready();
        Write(database, batches, FirstBackupBatches / 2);
        await database.FlushAsync();
        Write(database, batches, FirstBackupBatches);
        await database.FlushAsync();
        await database.CompactAsync();
        await StepAsync(BackUpFirst, () => backups.CreateAsync(new BackupRequest(FirstBackup)));
        Step(CreatePassing, () => database.Put(database.GetOrCreateKeyspace(PassingKeyspace), "key"u8, "value"u8));
        Write(database, batches, SecondBackupBatches);
        await StepAsync(BackUpSecond, () => backups.CreateAsync(new BackupRequest(SecondBackup) { Include = Keyspaces }));
        Step(DropPassing, () => database.DropKeyspace(database.FindKeyspace(PassingKeyspace)!));
        await StepAsync(Restore, () => backups.RestoreAsync(
            new RestoreRequest(FirstBackup) { Rename = Keyspaces.ToDictionary(name => name, name => CopyPrefix + name) }));
        Write(database, batches, SecondBackupBatches + 10);
        Step(DropCopies, () => database.DropKeyspaces([.. Keyspaces.Select(name => database.FindKeyspace(CopyPrefix + name)!)]));
        await StepAsync(DeleteFirst, async () =>
        {
            await backups.DeleteAsync(FirstBackup);
            await backups.Repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero });
        });
    }

    private void Write(Database database, CountedBatches batches, long until)
    {
        WriteBatch batch = new();
        while (_count < until)
        {
            batches.Fill(batch, 0, ++_count);
            database.Write(batch, IsSynced(_count, until) ? Durability.Sync : Durability.Buffered);
            if (IsSynced(_count, until))
            {
                report.Acknowledged(0, _count);
            }
        }
    }

    /// <summary>A few are enough: a sync of the log is one point like the next.</summary>
    private static bool IsSynced(long count, long until) => count % 20 == 0 || count == until;

    private void Step(string name, Action action)
    {
        report.Began(name);
        action();
        report.Did(name);
    }

    private async Task StepAsync(string name, Func<Task> action)
    {
        report.Began(name);
        await action();
        report.Did(name);
    }
}
