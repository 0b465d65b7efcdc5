using System.Diagnostics;
using Basalt.Simulation.Tests.Steps;

namespace Basalt.Simulation.Tests;

/// <summary>Leaves out of a failing scenario whatever it fails without: first steps, then interludes and faults.</summary>
internal static class Shrinker
{
    private const int MostRuns = 400;
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(40);

    public static SimulationResult Shrink(SimulationResult failing)
    {
        SimulationResult best = failing;
        int runs = 0;
        long began = Stopwatch.GetTimestamp();

        bool Try(Scenario scenario)
        {
            if (runs++ >= MostRuns || Stopwatch.GetElapsedTime(began) > LongestSearch)
            {
                return false;
            }

            SimulationResult result = Simulation.Run(scenario);
            if (result.Failure is null)
            {
                return false;
            }

            best = result;
            return true;
        }

        bool isSmaller = true;
        while (isSmaller && runs < MostRuns)
        {
            isSmaller = false;
            for (int length = Math.Max(1, best.Scenario.Steps.Length / 2); length >= 1; length /= 2)
            {
                for (int start = best.Scenario.Steps.Length - length; start >= 0; start -= length)
                {
                    isSmaller |= Try(best.Scenario with { Steps = best.Scenario.Steps.RemoveRange(start, length) });
                    start = Math.Min(start, best.Scenario.Steps.Length);
                }
            }

            for (int i = 0; i < best.Scenario.Steps.Length; i++)
            {
                isSmaller |= SimplifyStep(best, i, Try);
            }
        }

        return best;
    }

    private static bool SimplifyStep(SimulationResult failing, int index, Func<Scenario, bool> tryRun)
    {
        Scenario scenario = failing.Scenario;
        Step step = scenario.Steps[index];
        bool isSmaller = false;

        void Use(Step simpler)
        {
            Scenario candidate = scenario with { Steps = scenario.Steps.SetItem(index, simpler) };
            if (tryRun(candidate))
            {
                (scenario, step, isSmaller) = (candidate, simpler, true);
            }
        }

        for (int i = step.Interludes.Length - 1; i >= 0; i--)
        {
            Use(step with { Interludes = step.Interludes.RemoveAt(i) });
        }

        for (int i = step.Faults.Length - 1; i >= 0; i--)
        {
            Use(step with { Faults = step.Faults.RemoveAt(i) });
        }

        for (int i = step.RecoveryFaults.Length - 1; i >= 0; i--)
        {
            Use(step with { RecoveryFaults = step.RecoveryFaults.RemoveAt(i) });
        }

        return isSmaller;
    }
}
