using System.Collections.Immutable;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests.Steps;

/// <summary>Makes a scenario of a seed, without a look at any state: what cannot be done when its turn comes is left out then.</summary>
internal static class ScenarioGenerator
{
    /// <summary>About how many calls steps make, background work after them included.</summary>
    private const int LongStep = 90;
    private const int ShortStep = 10;

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
        bool isOfRepository = random.Next(4) == 0;
        StepMix mix = isOfRepository ? StepMix.OfRepository : StepMix.OfEverything;
        List<Step> steps = isOfRepository ? [.. Filling(random)] : [];
        steps.AddRange(Enumerable.Range(0, count).Select(_ => CreateStep(random, mix, withFaults)));
        Scenario scenario = new(seed, random.Next(3) == 0 ? [.. steps, .. Tending(random)] : [.. steps]);
        return withFaults && random.Next(2) == 0 ? scenario with { Directed = CreateDirected(random) } : scenario;
    }

    /// <summary>Rare places are seldom hit by counting calls.</summary>
    private static Fault CreateDirected(Random random) => new(
        random.Next(4) == 0 ? FaultKind.Kill : FaultKind.PowerLoss,
        random.Next(1, random.Next(2) == 0 ? 4 : 16),
        random.Next(2) == 0,
        Place: Places.All[random.Next(Places.All.Count)]);

    /// <summary>Something that backups share.</summary>
    private static IEnumerable<Step> Filling(Random random) =>
        new[] { StepKind.CreateKeyspaces, StepKind.WriteMuch, StepKind.WriteMuch, StepKind.Flush, StepKind.Compact }.Select(kind => new Step(kind, random.Next()));

    /// <summary>Backups come and go until there is something to collect.</summary>
    private static IEnumerable<Step> Tending(Random random) =>
        new[]
        {
            StepKind.WriteMuch, StepKind.CreateBackup, StepKind.DeleteBackup, StepKind.WriteMuch, StepKind.CreateBackup, StepKind.CreateBackup,
            StepKind.DeleteBackup, StepKind.Compact, StepKind.CreateBackup, StepKind.Prune, StepKind.Collect, StepKind.RestoreElsewhere, StepKind.Collect,
        }.Select(kind => new Step(kind, random.Next()));

    private static Step CreateStep(Random random, StepMix mix, bool withFaults)
    {
        StepKind kind = Choose(random, mix.Steps);
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
            ? step with { Interludes = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (CallIndex(random, LongStep), CreateInterlude(random, mix)))] }
            : step;
    }

    private static Step CreateInterlude(Random random, StepMix mix) => new(Choose(random, mix.Interludes), random.Next());

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
