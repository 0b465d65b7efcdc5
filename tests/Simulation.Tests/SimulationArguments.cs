using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Basalt.Simulation.Tests;

/// <summary>How many runs to do, from which seed on: a fixed few, unless the environment asks for more (<c>tests/run simulate</c>).</summary>
internal static class SimulationArguments
{
    private const int QuickRounds = 60;

    private static readonly long Began = Stopwatch.GetTimestamp();

    /// <summary>Whether the environment asks for other runs than the fixed few.</summary>
    public static bool IsLong => Minutes is not null || Read("BASALT_SIMULATE_ROUNDS") is not null || Read("BASALT_SIMULATE_SEED") is not null;

    public static int FirstSeed => Read("BASALT_SIMULATE_SEED") ?? 1;

    public static int Rounds => Read("BASALT_SIMULATE_ROUNDS") ?? (Minutes is not null ? int.MaxValue / 2 : Read("BASALT_SIMULATE_SEED") is not null ? 1 : QuickRounds);

    public static bool IsOver => Minutes is { } minutes && Stopwatch.GetElapsedTime(Began) > TimeSpan.FromMinutes(minutes);

    private static int? Minutes => Read("BASALT_SIMULATE_MINUTES");

    /// <summary>Runs block threads of the pool while others go on for them; the pool's own growth would take half a second each time.</summary>
    [ModuleInitializer]
    public static void ReserveThreads() => ThreadPool.SetMinThreads(64, 64);

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
