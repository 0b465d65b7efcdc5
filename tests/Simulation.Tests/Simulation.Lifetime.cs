using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Engine;
using Basalt.Simulation.Tests.Model;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <content>Opening, ending and coming back.</content>
internal sealed partial class Simulation
{
    private Task? _halt;
    private long _faultsBefore;

    private DatabaseOptions OptionsNow => _options with
    {
        FileSystem = _world.Files,
        TimeProvider = _world.Clock.Engine,
        BackgroundExecutor = _world.Executor,
    };

    private void Open()
    {
        using (_world.Do(Activity.Open))
        {
            _database = Engine.Database.Open(Directory, OptionsNow);
        }

        _service = new BackupService(_database, _world.Store, _backupOptions);
        if (!_oracle.Current.Keyspaces.ContainsKey(Oracle.Receipts))
        {
            Database.CreateKeyspace(Oracle.Receipts);
            ModelEvent.Creation creation = _oracle.Begin(Creation([Oracle.Receipts]));
            _oracle.Acknowledge(creation, Database.LastSequence);
        }
    }

    private ModelEvent.Creation Creation(IEnumerable<string> names) => new(
        names.ToImmutableSortedDictionary(name => name, _ => new KeyspaceContents(_oracle.NewIncarnation(), KeyspaceContents.None), StringComparer.Ordinal));

    /// <summary>Opens the database again until that succeeds, with whatever goes wrong meanwhile, and checks what came back.</summary>
    private void Recover(ImmutableArray<Fault> faults, bool isClean = false)
    {
        bool isPowerLost = false;
        bool isAnyCrash = false;
        while (true)
        {
            _mustReopen = false;
            isPowerLost |= _world.Crash?.Kind == FaultKind.PowerLoss;
            isAnyCrash |= _world.Crash is not null;
            CloseAll();
            isPowerLost |= _world.Crash?.Kind == FaultKind.PowerLoss;
            _world.Restart();
            _world.Trace.Add($"recovery{(isPowerLost ? " from a power loss" : "")}");
            _world.Quietly(CheckForDamage);
            _world.Begin(faults, []);
            bool canFail = faults.Length > 0 || _world.Directed is not null;
            faults = [];
            if (TryOpen(canFail))
            {
                _world.Quietly(() => CheckRecovered(isPowerLost, isClean && !isAnyCrash));
                isPowerLost = isAnyCrash = isClean = false;
                ResumeBackups();
                if (_world.Crash is null && !_mustReopen)
                {
                    break;
                }
            }
        }

        _world.Begin([], []);
        _faultsBefore = _world.Statistics.Faults;
    }

    private bool TryOpen(bool canFail)
    {
        try
        {
            Open();
            return true;
        }
        catch (DatabaseException failure) when (canFail && failure.Error is DatabaseError.InputOutput or DatabaseError.WritesRefused or DatabaseError.OutOfSpace)
        {
            return false;
        }
        catch (DatabaseException failure)
        {
            throw new SimulationFailure($"The database cannot be opened: {failure.Message}", failure);
        }
    }

    /// <summary>What a crash leaves is no damage: a check must not cry wolf.</summary>
    private bool CheckForDamage()
    {
        if (!_world.Files.FileExists(Path.Combine(Directory, "CURRENT")))
        {
            return false;
        }

        InspectionOptions options = new() { FileSystem = _world.Files };
        CheckReport report = DatabaseInspector.CheckAsync(Directory, options).GetAwaiter().GetResult();
        return report.IsGood ? true : throw new SimulationFailure($"A check takes what a crash left for damage: {report.Damage[0]}");
    }

    private bool CheckRecovered(bool isPowerLost, bool isClean)
    {
        HashSet<string> receipts = new(StringComparer.Ordinal);
        if (Database.FindKeyspace(Oracle.Receipts) is not { } keyspace)
        {
            throw new SimulationFailure("The first keyspace is lost.");
        }

        using (DatabaseIterator entries = Database.Scan(keyspace))
        {
            while (entries.MoveNext())
            {
                receipts.Add(ModelState.Text(entries.Key));
            }
        }

        _oracle.Recover(
            isPowerLost,
            isClean,
            batch => receipts.Contains(Oracle.ReceiptOf(batch)),
            name => Database.FindKeyspace(name) is not null,
            Database.LastSequence);
        Comparison.Require(Database, _oracle.Current, "after the recovery");
        return true;
    }

    /// <summary>Ends the process in an orderly way, as far as it still can.</summary>
    private void CloseAll()
    {
        CloseSnapshots();
        BackupService? service = _service;
        Database? database = _database;
        (_service, _database) = (null, null);
        if (service is not null)
        {
            service.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _halt?.GetAwaiter().GetResult();
            _halt = null;
        }

        database?.Dispose();
    }

    /// <summary>A service that was halted is followed by another one.</summary>
    private void FollowHalt()
    {
        _halt?.GetAwaiter().GetResult();
        _halt = null;
        _service = new BackupService(Database, _world.Store, _backupOptions);
        ResumeBackups();
    }

    private void ResumeBackups()
    {
        try
        {
            _world.Clock.Hold();
            try
            {
                Service.RecoverAsync().GetAwaiter().GetResult();
            }
            finally
            {
                _world.Clock.Go();
                if (Service.RunningCreate is { } job)
                {
                    Await(job);
                }
            }
        }
        catch (BackupException refused) when (_world.Crash is null)
        {
            CheckRefusal(refused);
        }
        catch (Exception failure) when (_world.Crash is not null && failure is DatabaseException or BackupException or BackupBackendException)
        {
            // Once more, then.
        }
        catch (DatabaseException refused) when (_world.Crash is null && refused.Error is DatabaseError.InputOutput or DatabaseError.WritesRefused or DatabaseError.OutOfSpace)
        {
            RequireCause(refused);
            _mustReopen = true;
        }
    }
}
