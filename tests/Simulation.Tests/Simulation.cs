using Basalt.Backup;
using Basalt.Engine;
using Basalt.Simulation.Tests.Model;
using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <summary>One run: carries out the steps of a scenario in the simulated world, and compares what is there with what the oracle knows.</summary>
internal sealed partial class Simulation : IDisposable
{
    private const string Directory = "/sim/one";
    private const string Elsewhere = "/sim/two";

    /// <summary>A run takes a tenth of a second; one that takes this long hangs, however busy the machine is.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(2);

    private readonly Scenario _scenario;
    private readonly SimulatedWorld _world;
    private readonly Oracle _oracle = new();
    private readonly DatabaseOptions _options;
    private readonly BackupOptions _backupOptions;
    private Database? _database;
    private BackupService? _service;
    private bool _mustReopen;
    private bool _hasTimeJumped;
    private StepKind _outer;

    private Simulation(Scenario scenario)
    {
        _scenario = scenario;
        _world = new SimulatedWorld(scenario.Seed) { Directed = scenario.Directed };
        _world.Files.CreateDirectory("/sim");
        _world.Store.Created = NoteObject;
        _options = RandomOptions.OfDatabase(_world.Random);
        _backupOptions = RandomOptions.OfBackups(_world.Random) with
        {
            TimeProvider = _world.Clock.Backups,
            StallTimeout = SimulatedStore.Patience,
            LeaseTimeToLive = TimeSpan.FromHours(_world.Random.Next(2) == 0 ? 480 : _world.Random.Next(1, 48)),
            Parallelism = 1,
        };
    }

    private Database Database => _database ?? throw new SimulationFailure("There is no database open.");

    private BackupService Service => _service ?? throw new SimulationFailure("There is no backup service.");

    /// <summary>Runs a scenario.</summary>
    public static SimulationResult Run(Scenario scenario)
    {
        Simulation simulation = new(scenario);
        Exception? failure = null;
        Thread thread = new(() => failure = simulation.RunToTheEnd()) { IsBackground = true };
        thread.Start();
        if (!thread.Join(LongestRun))
        {
            failure = new SimulationFailure("The run stands still: somebody waits for what never happens.");
        }

        return new SimulationResult(scenario, simulation._world.Trace, simulation._world.Statistics, failure);
    }

    /// <summary>Frees what a run holds, whatever state it is in.</summary>
    public void Dispose()
    {
        _world.Store.Created = static (_, _) => { };
        CloseAll();
    }

    private Exception? RunToTheEnd()
    {
        Exception? failure = null;
        try
        {
            RunSteps();
        }
        catch (Exception broken)
        {
            failure = broken;
        }

        try
        {
            Dispose();
        }
        catch (Exception broken)
        {
            failure ??= broken;
        }

        return failure;
    }

    private void RunSteps()
    {
        _world.Statistics.Runs = 1;
        Open();
        for (int i = 0; i < _scenario.Steps.Length; i++)
        {
            Step step = _scenario.Steps[i];
            _world.Trace.Add($"{i}: {step}");
            _outer = step.Kind;
            _hasTimeJumped = false;
            _world.Begin(step.Faults, step.Interludes.Select(interlude => (interlude.AtCall, (Action)(() => RunInterlude(interlude.Step)))));
            Attempt(step);
            if (_halt is not null && _world.Crash is null && !_mustReopen)
            {
                FollowHalt();
            }

            if (_world.Crash is null)
            {
                RunBackground(new Random(step.Seed));
            }

            _world.End();
            if (_world.Crash is not null || _mustReopen)
            {
                Recover(step.RecoveryFaults);
            }
        }

        RunFinale();
    }

    private void RunInterlude(Step step)
    {
        _world.Trace.Add($" in between: {step}");
        NoteRestore();
        Attempt(step);
    }

    /// <summary>Does a step. Errors are expected once something was made to fail; what must not happen is a <see cref="SimulationFailure"/>.</summary>
    private void Attempt(Step step)
    {
        _world.Statistics.Steps++;
        try
        {
            Do(step.Kind, new Random(step.Seed));
        }
        catch (DatabaseException refused) when (_world.Crash is null && refused.Error is DatabaseError.InputOutput or DatabaseError.WritesRefused)
        {
            RequireCause(refused);
            _mustReopen = true;
        }
        catch (DatabaseException full) when (_world.Crash is null && full.Error is DatabaseError.OutOfSpace)
        {
            RequireCause(full);
            WaitForSpace();
        }
        catch (BackupException refused) when (_world.Crash is null)
        {
            CheckRefusal(refused);
        }
        catch (Exception failure) when (_world.Crash is not null && failure is DatabaseException or BackupException or BackupBackendException)
        {
            // The process is no more.
        }
    }

    private void RunBackground(Random random)
    {
        int steps = random.Next(4) switch { 0 => 0, 1 => random.Next(1, 4), _ => int.MaxValue };
        if (steps == int.MaxValue)
        {
            _world.Executor.RunAll();
            return;
        }

        while (steps-- > 0 && _world.Executor.RunOne())
        {
        }
    }

    /// <summary>After a while the database tries again what found no space, and needs no reopening.</summary>
    private void WaitForSpace()
    {
        if (_world.IsNested)
        {
            return;
        }

        for (int i = 0; i < 3 && _world.Crash is null && Database.GetStatistics().IsOutOfSpace; i++)
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(31));
            _world.Executor.RunAll();
        }
    }

    /// <summary>Errors come only of what was made to fail.</summary>
    private void RequireCause(Exception failure)
    {
        if (!_world.Statistics.HasFaults)
        {
            throw new SimulationFailure("The database failed although nothing was made to fail.", failure);
        }
    }

    private void CheckRefusal(BackupException refused)
    {
        switch (refused.Error)
        {
            case BackupError.Corrupted when _hasTimeJumped:
                // A restore whose pin lapsed under it.
                break;
            case BackupError.Unexpected or BackupError.Corrupted or BackupError.UnsupportedFormat or BackupError.InvalidRequest:
                throw new SimulationFailure($"The backup layer failed as it must never: {refused.Message}", refused);
            case BackupError.DatabaseFailure when _hasTimeJumped:
                // The lease lapsed under it: renewals are not fired when time jumps.
                break;
            case BackupError.DatabaseFailure:
                RequireCause(refused);
                _mustReopen = true;
                break;
            case BackupError.BackendFailure or BackupError.InsufficientSpace:
                RequireCause(refused);
                break;
        }
    }
}
