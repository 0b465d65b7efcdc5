using Basalt.Backup;
using Basalt.Engine;
using Basalt.Engine.Files;
using Basalt.Simulation.Tests.Model;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <content>What must be true of every run at its end, when nothing goes wrong any more.</content>
internal sealed partial class Simulation
{
    private void RunFinale()
    {
        _world.Trace.Add("finale");
        _world.Directed = null;
        _world.IsFinale = true;
        _world.Store.Settle();
        _world.Clock.Advance(TimeSpan.FromHours(1));
        Recover([], isClean: false);
        Collect(TimeSpan.Zero);
        if (Repository.Open.Count > 0)
        {
            throw new SimulationFailure($"Backups without an end, although nobody works on them: {string.Join(", ", Repository.Open)}.");
        }

        _world.Statistics.Backups = Repository.Count;
        CheckList();
        foreach (StoredBackup backup in Repository.Restorable)
        {
            Verify(backup.Id);
            RestoreElsewhere(backup.Id);
        }

        CheckLeases();
        CheckNothingIsKept();
        CheckFiles();
    }

    /// <summary>What is committed and not deleted is listed as a success, and nothing else is.</summary>
    private void CheckList()
    {
        string[] listed =
        [
            .. Service.ListAsync().GetAwaiter().GetResult().Where(backup => backup.State == BackupState.Success)
                .Select(backup => $"{backup.Id} {backup.Attempt}").Order(StringComparer.Ordinal),
        ];
        string[] committed = [.. Repository.Restorable.Select(backup => $"{backup.Id} {backup.Attempt}").Order(StringComparer.Ordinal)];
        if (!listed.SequenceEqual(committed))
        {
            throw new SimulationFailure($"Listed as successful: {string.Join(", ", listed)}; committed are {string.Join(", ", committed)}.");
        }
    }

    /// <summary>When all backups are deleted and the pins of interrupted restores have lapsed, a collector leaves no extent.</summary>
    private void CheckNothingIsKept()
    {
        foreach (BackupSummary backup in Service.ListAsync().GetAwaiter().GetResult())
        {
            Service.DeleteAsync(backup.Id).GetAwaiter().GetResult();
        }

        Collect(TimeSpan.Zero);
        string[] kept = [.. _world.Store.Objects.Keys.Where(key => key.StartsWith(".repo/data/", StringComparison.Ordinal))];
        if (kept.Length > 0)
        {
            throw new SimulationFailure($"{kept.Length} extents stay although no backup is left, '{kept[0]}' among them.");
        }
    }

    /// <summary>No lease of a backup outlives it; all others lapse.</summary>
    private void CheckLeases()
    {
        if (Database.Leases.FirstOrDefault(lease => lease.Owner.StartsWith("backup/", StringComparison.Ordinal)) is { } left)
        {
            throw new SimulationFailure($"The lease of '{left.Owner}' was not released.");
        }

        foreach ((Guid Id, DateTimeOffset ExpiresAt, ModelState State) lease in _leases.ToArray())
        {
            RestoreLease(lease);
        }

        _world.Clock.Advance(TimeSpan.FromDays(31));
        _world.Executor.RunAll();
        if (Database.Leases.Count > 0)
        {
            throw new SimulationFailure($"The lease of '{Database.Leases[0].Owner}' has lapsed and is still there.");
        }
    }

    /// <summary>After an orderly end and a new beginning there are live files only.</summary>
    private void CheckFiles()
    {
        Recover([], isClean: true);
        _world.Executor.RunAll();
        SnapshotHandle handle = Database.CreateSnapshotAsync(new SnapshotOptions { Owner = "finale" }).GetAwaiter().GetResult();
        HashSet<string> live = [.. handle.Keyspaces.SelectMany(keyspace => keyspace.Segments).Select(segment => Path.GetFileName(segment.Path))];
        handle.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _world.Executor.RunAll();
        string[] names = [.. _world.Files.ListQuietly(Directory)];
        if (names.Where(name => name.EndsWith(".seg", StringComparison.Ordinal)).Except(live).FirstOrDefault() is { } leaked)
        {
            throw new SimulationFailure($"The file '{leaked}' is named by nobody and was not removed.");
        }

        int Count(FileKind wanted) => names.Count(name => FileNames.TryParse(name, out FileKind kind, out _) && kind == wanted);
        if (Count(FileKind.Temporary) > 0 || Count(FileKind.Manifest) != 1 || Count(FileKind.Log) > 2 || Count(FileKind.SpareLog) > 2)
        {
            throw new SimulationFailure($"Files are left over: {string.Join(", ", names)}.");
        }

        CloseAll();
    }
}
