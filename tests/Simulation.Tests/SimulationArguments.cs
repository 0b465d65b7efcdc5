using System.Globalization;

namespace Basalt.Simulation.Tests;

/// <summary>Which runs to do: a fixed few, unless the environment asks for others.</summary>
internal static class SimulationArguments
{
    private const int QuickRounds = 40;

    public static IEnumerable<int> Seeds => Enumerable.Range(First, Read("BASALT_SIMULATE_ROUNDS") ?? (Read("BASALT_SIMULATE_SEED") is null ? QuickRounds : 1));

    private static int First => Read("BASALT_SIMULATE_SEED") ?? 1;

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
