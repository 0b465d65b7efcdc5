using System.Collections.Immutable;
using Basalt.Server.Demo.Steps;

namespace Basalt.Server.Demo;

/// <summary>What the demo does, in order.</summary>
internal static class DemoScenario
{
    private const string First = "first";
    private const string Second = "second";

    /// <summary>The steps. Each backup is restored and checked, the older one first, so that the server ends with the newer state.</summary>
    public static ImmutableArray<IDemoStep> Steps { get; } =
    [
        new ImportStep(),
        new StartWriterStep(),
        new BaselineStep(),
        new BackupStep(First),
        new WriteOnStep(),
        new BackupStep(Second),
        new DeleteStep(),
        new RestoreStep(First),
        new CheckStep(First),
        new DeleteStep(),
        new RestoreStep(Second),
        new CheckStep(Second),
    ];
}
