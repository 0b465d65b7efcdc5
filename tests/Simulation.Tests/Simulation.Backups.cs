using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Engine;
using Basalt.Simulation.Tests.Model;
using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;
using Basalt.Tests.Support;

namespace Basalt.Simulation.Tests;

/// <content>Steps on leases and in the repository.</content>
internal sealed partial class Simulation
{
    private static readonly string[] Ids = ["monday", "tuesday", "wednesday", "thursday"];

    private readonly List<(Guid Id, DateTimeOffset ExpiresAt, ModelState State)> _leases = [];
    private RepositoryOracle? _repository;
    private ModelEvent.Creation? _restoring;
    private int _renames;
    private bool _isElsewhereUsed;

    private RepositoryOracle Repository => _repository ??= new RepositoryOracle(_world.Store, _oracle);

    private void NoteObject(string key, byte[] bytes) => Repository.Note(key, bytes);

    private void DoWithBackups(StepKind kind, Random random)
    {
        string id = Ids[random.Next(Ids.Length)];
        switch (kind)
        {
            case StepKind.TakeLease:
                TakeLease(random);
                break;
            case StepKind.RestoreLease when _leases.Count > 0:
                RestoreLease(_leases[random.Next(_leases.Count)]);
                break;
            case StepKind.ReleaseLease when _leases.Count > 0:
                ReleaseLease(_leases[random.Next(_leases.Count)]);
                break;
            case StepKind.CreateBackup:
                CreateBackup(random, id);
                break;
            case StepKind.CancelBackup:
                CancelBackup(id);
                break;
            case StepKind.HaltBackup when _world.IsNested && _halt is null && Service.RunningCreate is not null:
                _halt = Service.DisposeAsync().AsTask();
                _world.Store.IsCancelExpected = true;
                break;
            case StepKind.DeleteBackup:
                Service.DeleteAsync(id).GetAwaiter().GetResult();
                break;
            case StepKind.Prune:
                OpenRepository().PruneAsync(new RetentionPolicy { KeepLast = random.Next(1, 3), KeepFailed = TimeSpan.FromHours(random.Next(3)) })
                    .GetAwaiter().GetResult();
                break;
            case StepKind.Collect:
                Collect(TimeSpan.FromHours(random.Next(4) == 0 ? 24 : 0));
                break;
            case StepKind.Verify:
                Verify(id);
                break;
            case StepKind.RestoreRenamed:
                RestoreRenamed(random, id);
                break;
            case StepKind.CancelRestore when _world.IsNested && Service.RunningRestore is { } restore:
                _world.Store.IsCancelExpected = restore.CancelAsync().GetAwaiter().GetResult();
                break;
            case StepKind.RestoreElsewhere:
                RestoreElsewhere(id);
                break;
        }
    }

    private BackupRepository OpenRepository() => new(_world.Store, _backupOptions with { NodeName = "tender" });

    private void TakeLease(Random random)
    {
        var mark = _oracle.Mark();
        SnapshotHandle handle = Database
            .CreateSnapshotAsync(new SnapshotOptions { Owner = "simulation", TimeToLive = TimeSpan.FromHours(random.Next(1, 600)) })
            .GetAwaiter().GetResult();
        _oracle.Checkpoint(mark);
        handle.Detach();
        _leases.Add((handle.Id, handle.ExpiresAt, mark.State));
    }

    /// <summary>Whatever came between, drops and crashes too: the lease still holds what was there when it was taken.</summary>
    private void RestoreLease((Guid Id, DateTimeOffset ExpiresAt, ModelState State) lease)
    {
        if (lease.ExpiresAt <= _world.Clock.Now)
        {
            _leases.Remove(lease);
            return;
        }

        SnapshotHandle handle = Database.ReopenSnapshotAsync(lease.Id).GetAwaiter().GetResult();
        UseElsewhere(copy =>
        {
            SnapshotCopy.RestoreAsync(handle, copy).GetAwaiter().GetResult();
            _world.Quietly(() => Compare(copy, [lease.State], "a lease"));
        });
        handle.Detach();
    }

    private void ReleaseLease((Guid Id, DateTimeOffset ExpiresAt, ModelState State) lease)
    {
        _leases.Remove(lease);
        if (lease.ExpiresAt > _world.Clock.Now)
        {
            SnapshotHandle handle = Database.ReopenSnapshotAsync(lease.Id).GetAwaiter().GetResult();
            handle.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private void CreateBackup(Random random, string id)
    {
        string[] collections = [.. _oracle.Current.Keyspaces.Keys.Select(name => KeyspaceAddress.Parse(name).Collection).Distinct()];
        string[]? include = random.Next(2) == 0 ? null : [.. collections.Where(_ => random.Next(2) == 0)];
        Await(Service.StartCreateAsync(new BackupRequest(id) { Include = include }).GetAwaiter().GetResult());
    }

    /// <summary>Waits for the end of a job.</summary>
    private void Await(BackupJob job)
    {
        try
        {
            job.Completion.GetAwaiter().GetResult();
        }
        catch (BackupException ended) when (ended.Error is BackupError.Canceled or BackupError.Halted)
        {
            _world.Trace.Add($"  {job.Id}: {ended.Error}");
        }
    }

    private void CancelBackup(string id)
    {
        string running = _world.IsNested ? Service.RunningCreate?.Id ?? id : id;
        BackupState? state = Service.CancelCreateAsync(running).GetAwaiter().GetResult();
        _world.Store.IsCancelExpected = _world.IsNested && state == BackupState.Canceled && Service.RunningCreate?.Id == running;
    }

    private void Collect(TimeSpan minimumAge)
    {
        using BackupRepository repository = OpenRepository();
        GarbageCollectionReport report =
            repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = minimumAge }).GetAwaiter().GetResult();
        if (!report.Failures.IsEmpty)
        {
            RequireCause(new InvalidOperationException(report.Failures[0]));
        }
    }

    private void Verify(string id)
    {
        using BackupRepository repository = OpenRepository();
        VerificationReport report =
            repository.VerifyAsync(id, new VerificationOptions { Level = VerificationLevel.Full }).GetAwaiter().GetResult();
        if (!report.IsGood)
        {
            throw new SimulationFailure($"Backup '{id}' is damaged: {report.Problems[0]}");
        }
    }

    private void RestoreRenamed(Random random, string id)
    {
        if (Restorable(id) is not { States.Length: 1 } backup)
        {
            return;
        }

        string[] collections =
            [.. backup.States[0].Keyspaces.Keys.Select(name => KeyspaceAddress.Parse(name).Collection).Distinct().Where(_ => random.Next(3) > 0)];
        if (collections.Length == 0)
        {
            return;
        }

        Dictionary<string, string> names = collections.ToDictionary(name => name, _ => $"restored{++_renames}");
        RestoreRequest request = new(id) { Include = collections, Rename = names };
        ModelEvent.Creation creation = _oracle.Begin(new ModelEvent.Creation(Renamed(backup.States[0], names).Keyspaces));
        _restoring = creation;
        bool isRestored = false;
        try
        {
            using (_world.Do(Activity.Restore))
            {
                Service.StartRestoreAsync(request).GetAwaiter().GetResult().Completion.GetAwaiter().GetResult();
            }

            isRestored = true;
        }
        catch (BackupException refused) when (_world.Crash is null && refused.Error != BackupError.DatabaseFailure)
        {
            NoteRestore();
            if (!creation.IsAcknowledged)
            {
                _oracle.Withdraw(creation);
            }

            CheckRefusal(refused);
        }
        finally
        {
            _restoring = isRestored ? _restoring : null;
        }

        if (isRestored)
        {
            NoteRestore(isOver: true);
            _restoring = null;
            _world.Quietly(() => Compare(Database, [_oracle.Current], $"the restored backup '{id}'"));
        }
    }

    /// <summary>A restore shows its collections before it has taken its pin away and is over.</summary>
    private void NoteRestore(bool isOver = false)
    {
        if (_restoring is { IsAcknowledged: false } restore
            && (isOver || (_world.Crash is null && Database.FindKeyspace(restore.Keyspaces.First().Key) is not null)))
        {
            _oracle.Acknowledge(restore, Database.LastSequence);
        }
    }

    private ModelState Renamed(ModelState state, Dictionary<string, string> names) => new(state.Keyspaces
        .Where(keyspace => names.ContainsKey(KeyspaceAddress.Parse(keyspace.Key).Collection))
        .ToImmutableSortedDictionary(
            keyspace => KeyspaceAddress.Parse(keyspace.Key).WithCollection(names[KeyspaceAddress.Parse(keyspace.Key).Collection]).ToString(),
            keyspace => keyspace.Value with { Incarnation = _oracle.NewIncarnation() },
            StringComparer.Ordinal));

    private void RestoreElsewhere(string id)
    {
        if (Restorable(id) is not { } backup)
        {
            return;
        }

        UseElsewhere(copy =>
        {
            BackupService service = new(copy, _world.Store, _backupOptions with { NodeName = "elsewhere" });
            try
            {
                using (_world.Do(Activity.Restore))
                {
                    service.RestoreAsync(id).GetAwaiter().GetResult();
                }

                _world.Statistics.Restores++;
                _world.Quietly(() => Compare(copy, backup.States, $"backup '{id}' elsewhere"));
            }
            finally
            {
                service.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        });
    }

    private StoredBackup? Restorable(string id) => Repository.Restorable.LastOrDefault(backup => backup.Id == id);

    private void UseElsewhere(Action<Database> use)
    {
        if (_isElsewhereUsed)
        {
            _world.Trace.Add("  not now");
            return;
        }

        _isElsewhereUsed = true;
        try
        {
            OpenElsewhere(use);
        }
        finally
        {
            _isElsewhereUsed = false;
        }
    }

    private void OpenElsewhere(Action<Database> use)
    {
        _world.Files.Erase(Elsewhere);
        using (Database copy = Engine.Database.Open(Elsewhere, OptionsNow))
        {
            use(copy);
        }

        _world.Files.Erase(Elsewhere);
    }

    private static bool Compare(Database database, IReadOnlyList<ModelState> expected, string occasion)
    {
        string? difference = null;
        foreach (ModelState state in expected)
        {
            if ((difference = Comparison.Difference(database, state)) is null)
            {
                return true;
            }
        }

        throw new SimulationFailure($"{occasion}: {difference ?? "there is no state that it could hold"}");
    }
}
