using System.Collections.Concurrent;
using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <summary>A simulation that never crashes in the middle of something says nothing about it, so each kind of place is crashed at on purpose.</summary>
public sealed class CoverageTests
{
    private const int MostSeeds = 40;
    private const int MostHits = 3;
    private const string Heartbeat = "heartbeat";
    private const string BetweenCalls = "between calls";

    /// <summary>Runs without a fault, one of a seed: a crash makes no difference before it happens, so they tell which seeds come to which places.</summary>
    private static readonly ConcurrentDictionary<int, Lazy<SimulationResult>> Undisturbed = new();

    public static TheoryData<string> AllPlaces => [.. Places.All];

    [Theory]
    [MemberData(nameof(AllPlaces))]
    public void Simulation_WhenItCrashesAtAPlace_KeepsEveryPromise(string place)
    {
        int hits = 0;
        for (int seed = 1; seed <= MostSeeds && hits < MostHits; seed++)
        {
            FaultKind kind = hits % 2 == 0 ? FaultKind.PowerLoss : FaultKind.Kill;
            Fault crash = new(kind, AtCall: 1 + (hits % 3), AfterEffect: hits >= 2, Place: place);
            Scenario scenario = Create(1000 + seed, place);
            if (!MayReach(scenario, crash))
            {
                continue;
            }

            SimulationResult result = Simulation.Run(scenario with { Directed = crash });
            hits += result.Statistics.Crashes.ContainsKey(place) ? 1 : 0;
            AssertSucceeds(result);
        }

        Assert.True(hits > 0, $"None of {MostSeeds} runs came to the place '{place}'.");
    }

    private static bool MayReach(Scenario scenario, Fault crash)
    {
        if (crash.Place is Heartbeat or BetweenCalls)
        {
            // Their scenarios have faults of their own.
            return true;
        }

        SimulationResult result = Undisturbed.GetOrAdd(scenario.Seed, _ => new Lazy<SimulationResult>(() => Simulation.Run(scenario))).Value;
        AssertSucceeds(result);
        return result.Statistics.MostCallsAt(crash.Place!) >= crash.AtCall;
    }

    private static void AssertSucceeds(SimulationResult result) =>
        Assert.True(result.Failure is null, result.Failure is null ? "" : FailureReport.Of(Shrinker.Shrink(result)));

    /// <summary>Nothing goes wrong but the one crash, and what it takes to get there.</summary>
    private static Scenario Create(int seed, string place)
    {
        Scenario scenario = ScenarioGenerator.Create(seed, withFaults: place == BetweenCalls);
        return place == Heartbeat
            ? scenario with { Steps = [.. scenario.Steps.Select(step => step.Kind == StepKind.CreateBackup ? step with { Faults = [new Fault(FaultKind.Beat, 12)] } : step)] }
            : scenario;
    }
}
