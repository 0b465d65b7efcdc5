using System.Collections.Immutable;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests.Steps;

/// <summary>Makes a scenario of a seed, without a look at any state: what cannot be done when its turn comes is left out then.</summary>
internal static class ScenarioGenerator
{
    /// <summary>About how many calls steps make, background work after them included.</summary>
    private const int LongStep = 90;
    private const int ShortStep = 10;

    private static readonly (StepKind Kind, int Weight)[] Kinds =
    [
        (StepKind.Write, 24), (StepKind.WriteMuch, 8), (StepKind.Read, 4), (StepKind.OpenSnapshot, 2), (StepKind.ReadSnapshot, 3),
        (StepKind.CloseSnapshot, 2), (StepKind.Flush, 5), (StepKind.Compact, 4), (StepKind.CreateKeyspaces, 4), (StepKind.DropKeyspaces, 2),
        (StepKind.TakeLease, 3), (StepKind.RestoreLease, 2), (StepKind.ReleaseLease, 1), (StepKind.CreateBackup, 10), (StepKind.CancelBackup, 1),
        (StepKind.DeleteBackup, 3), (StepKind.Prune, 1), (StepKind.Collect, 5), (StepKind.Verify, 2), (StepKind.RestoreRenamed, 3),
        (StepKind.RestoreElsewhere, 3), (StepKind.PassTime, 3), (StepKind.Reopen, 3),
    ];

    private static readonly (StepKind Kind, int Weight)[] Interludes =
    [
        (StepKind.Write, 12), (StepKind.WriteMuch, 4), (StepKind.Read, 2), (StepKind.Flush, 3), (StepKind.Compact, 4), (StepKind.CreateKeyspaces, 2),
        (StepKind.DropKeyspaces, 2), (StepKind.TakeLease, 1), (StepKind.CreateBackup, 5), (StepKind.CancelBackup, 3), (StepKind.HaltBackup, 3),
        (StepKind.DeleteBackup, 5), (StepKind.Collect, 8), (StepKind.Verify, 1), (StepKind.RestoreRenamed, 3), (StepKind.CancelRestore, 2),
        (StepKind.RestoreElsewhere, 2), (StepKind.PassTime, 3), (StepKind.Prune, 1),
    ];

    private static readonly (FaultKind Kind, int Weight)[] Faults =
    [
        (FaultKind.PowerLoss, 12), (FaultKind.Kill, 6), (FaultKind.ReadError, 1), (FaultKind.WriteError, 2), (FaultKind.SyncError, 2),
        (FaultKind.NoSpace, 2), (FaultKind.StoreError, 6), (FaultKind.LostAcknowledgement, 6), (FaultKind.GivenUp, 5), (FaultKind.Truncated, 3),
        (FaultKind.Beat, 3),
    ];

    public static Scenario Create(int seed, bool withFaults = true)
    {
        Random random = new(seed);
        int count = random.Next(8, 50);
        IEnumerable<Step> steps = Enumerable.Range(0, count).Select(_ => CreateStep(random, withFaults));
        Scenario scenario = new(seed, random.Next(3) == 0 ? [.. steps, .. Tending(random)] : [.. steps]);
        return withFaults && random.Next(2) == 0 ? scenario with { Directed = CreateDirected(random) } : scenario;
    }

    /// <summary>Rare places are seldom hit by counting calls.</summary>
    private static Fault CreateDirected(Random random) => new(
        random.Next(4) == 0 ? FaultKind.Kill : FaultKind.PowerLoss,
        random.Next(1, random.Next(2) == 0 ? 4 : 16),
        random.Next(2) == 0,
        Place: Places.All[random.Next(Places.All.Count)]);

    /// <summary>Backups come and go until there is something to collect.</summary>
    private static IEnumerable<Step> Tending(Random random) =>
        new[]
        {
            StepKind.WriteMuch, StepKind.CreateBackup, StepKind.DeleteBackup, StepKind.WriteMuch, StepKind.CreateBackup, StepKind.CreateBackup,
            StepKind.DeleteBackup, StepKind.Compact, StepKind.CreateBackup, StepKind.Prune, StepKind.Collect, StepKind.RestoreElsewhere, StepKind.Collect,
        }.Select(kind => new Step(kind, random.Next()));

    private static Step CreateStep(Random random, bool withFaults)
    {
        StepKind kind = Choose(random, Kinds);
        bool isLong = kind is StepKind.CreateBackup or StepKind.Collect or StepKind.RestoreRenamed or StepKind.RestoreElsewhere or StepKind.Flush
            or StepKind.Compact or StepKind.TakeLease or StepKind.Verify or StepKind.WriteMuch;
        Step step = new(kind, random.Next());
        if (withFaults)
        {
            step = step with
            {
                Faults = CreateFaults(random, isLong ? 3 : 8, isLong ? LongStep : ShortStep),
                RecoveryFaults = CreateFaults(random, 12, LongStep),
            };
        }

        return isLong && random.Next(5) < 3
            ? step with { Interludes = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (CallIndex(random, LongStep), CreateInterlude(random)))] }
            : step;
    }

    private static Step CreateInterlude(Random random) => new(Choose(random, Interludes), random.Next());

    private static ImmutableArray<Fault> CreateFaults(Random random, int oneIn, int calls)
    {
        if (random.Next(oneIn) != 0)
        {
            return [];
        }

        int count = random.Next(3) == 0 ? random.Next(2, 5) : 1;
        return [.. Enumerable.Range(0, count).Select(_ => CreateFault(random, calls))];
    }

    private static Fault CreateFault(Random random, int calls)
    {
        Fault fault = new(Choose(random, Faults), CallIndex(random, calls), random.Next(3) == 0);
        return fault with { IsInChange = fault.IsCrash && random.Next(4) > 0 };
    }

    /// <summary>The first calls as often as all others together: many steps have few.</summary>
    private static int CallIndex(Random random, int calls) => random.Next(1, random.Next(2) == 0 ? calls : Math.Min(calls, 12));

    private static T Choose<T>(Random random, (T Value, int Weight)[] choices)
    {
        int ticket = random.Next(choices.Sum(choice => choice.Weight));
        foreach ((T value, int weight) in choices)
        {
            if ((ticket -= weight) < 0)
            {
                return value;
            }
        }

        throw new InvalidOperationException();
    }
}
