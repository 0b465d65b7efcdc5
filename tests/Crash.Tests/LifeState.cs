using Basalt.Backup;
using Basalt.Crash.Writer;
using Basalt.Engine;

namespace Basalt.Crash.Tests;

/// <summary>Checks what is there after <see cref="LifeScenario"/> was killed, in the order in which an operator would look.</summary>
internal sealed class LifeState(string folder, ReportedState reported)
{
    private static readonly DatabaseOptions Options = WriterProcess.Options(Durability.Sync);

    public async Task VerifyAsync()
    {
        using (Database database = Database.Open(LifeScenario.DataPath(folder), Options))
        {
            RecoveredState.Verify(database, reported.Acknowledged);
            VerifyPassing(database);
            VerifyCopies(database);
            await VerifyBackupsAsync(database);
            database.DiscardInterruptedIngests();
        }

        VerifyFiles();
    }

    private void VerifyPassing(Database database)
    {
        bool isThere = database.FindKeyspace(LifeScenario.PassingKeyspace) is not null;
        if (reported.Did.Contains(LifeScenario.DropPassing))
        {
            Assert.False(isThere, "A keyspace that was dropped is there.");
        }
        else if (reported.Did.Contains(LifeScenario.CreatePassing) && !reported.Begun.Contains(LifeScenario.DropPassing))
        {
            Assert.True(isThere, "A keyspace that was created is gone.");
            Assert.Equal("value"u8.ToArray(), database.Get(database.FindKeyspace(LifeScenario.PassingKeyspace)!, "key"u8));
        }
    }

    /// <summary>A restore is there as a whole or not at all.</summary>
    private void VerifyCopies(Database database)
    {
        string[] copies = [.. LifeScenario.Keyspaces.Where(name => database.FindKeyspace(LifeScenario.CopyPrefix + name) is not null)];
        Assert.True(copies.Length == 0 || copies.Length == LifeScenario.Keyspaces.Count, $"Half a restore is there: {string.Join(", ", copies)}");
        bool mustBe = reported.Did.Contains(LifeScenario.Restore) && !reported.Begun.Contains(LifeScenario.DropCopies);
        bool mustNotBe = reported.Did.Contains(LifeScenario.DropCopies) || !reported.Begun.Contains(LifeScenario.Restore);
        Assert.False(mustBe && copies.Length == 0, "A restore that was done is gone.");
        Assert.False(mustNotBe && copies.Length > 0, "Copies that were dropped are there.");
        foreach (string name in copies)
        {
            if (name is "entries" or "mirror")
            {
                RecoveredState.VerifyEntries(database, database.FindKeyspace(LifeScenario.CopyPrefix + name)!, 0, 1, LifeScenario.FirstBackupBatches);
            }
        }
    }

    private async Task VerifyBackupsAsync(Database database)
    {
        await using BackupService backups = new(database, new FileSystemBackend(LifeScenario.BackupPath(folder)));
        if (await backups.RecoverAsync() is { } resumed)
        {
            await Task.WhenAny(resumed.Completion);
        }

        Assert.Empty(database.Leases);
        await VerifyBackupAsync(backups, LifeScenario.FirstBackup, LifeScenario.BackUpFirst, LifeScenario.FirstBackupBatches);
        await VerifyBackupAsync(backups, LifeScenario.SecondBackup, LifeScenario.BackUpSecond, LifeScenario.SecondBackupBatches);
        GarbageCollectionOptions options = new() { MinimumAge = TimeSpan.Zero };
        await backups.Repository.CollectGarbageAsync(options);
        Assert.Equal(0, (await backups.Repository.CollectGarbageAsync(options)).Deleted);

        if (database.Keyspaces.Count == 0)
        {
            // Killed before there was anything to back up.
            return;
        }

        // A collection takes nothing that a backup needs, and the next backup is good, whatever the kill left.
        await backups.CreateAsync(new BackupRequest("next"));
        await VerifyRestoresAsync(backups, "next", null);
    }

    private async Task VerifyBackupAsync(BackupService backups, string id, string step, int batches)
    {
        BackupSummary? backup = await backups.GetStatusAsync(id);
        bool mayBeDeleted = id == LifeScenario.FirstBackup && reported.Begun.Contains(LifeScenario.DeleteFirst);
        if (reported.Did.Contains(step) && !mayBeDeleted)
        {
            Assert.Equal(BackupState.Success, backup?.State);
        }

        if (!reported.Begun.Contains(step) || (id == LifeScenario.FirstBackup && reported.Did.Contains(LifeScenario.DeleteFirst)))
        {
            Assert.Null(backup);
        }

        if (backup is { State: BackupState.Success })
        {
            await VerifyRestoresAsync(backups, id, batches);
        }
        else
        {
            Assert.True(backup is null or { State: BackupState.Failed, Error.Length: > 0 }, $"Backup {id} is neither good nor clearly not there: {backup}");
        }
    }

    private async Task VerifyRestoresAsync(BackupService backups, string id, long? batches)
    {
        Assert.Empty((await backups.Repository.VerifyAsync(id, new VerificationOptions { Level = VerificationLevel.Full })).Problems);
        string path = Path.Combine(folder, $"restored {id}");
        using (Database restored = Database.Open(path, Options))
        {
            await using BackupService service = new(restored, new FileSystemBackend(LifeScenario.BackupPath(folder)));
            await service.RestoreAsync(id);
            RecoveredState.Verify(restored, reported.Acknowledged.Select(acknowledged => batches ?? acknowledged).ToArray());
            if (batches is { } count)
            {
                Assert.Equal(count, new CountedBatches(restored).CountOf(0));
            }
        }

        Directory.Delete(path, recursive: true);
    }

    /// <summary>After an open and a close there is nothing that the database does not need.</summary>
    private void VerifyFiles()
    {
        string data = LifeScenario.DataPath(folder);
        int segments;
        using (Database database = Database.Open(data, Options))
        {
            segments = database.GetStatistics().Segments;
        }

        string[] names = [.. Directory.GetFiles(data).Select(file => Path.GetFileName(file))];
        Assert.DoesNotContain(names, name => name.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Single(names, name => name.StartsWith("MANIFEST-", StringComparison.Ordinal));
        Assert.InRange(names.Count(name => name.EndsWith(".seg", StringComparison.Ordinal)), 0, segments);
        string staging = Path.Combine(data, "staging");
        Assert.True(!Directory.Exists(staging) || !Directory.EnumerateFileSystemEntries(staging).Any(), "The staging area is not empty.");
    }
}
