namespace Basalt.Simulation.Tests.World;

/// <summary>What is being done, as far as <see cref="Places"/> need to know.</summary>
internal static class Activity
{
    public const string Open = "open";
    public const string Compact = "compact";
    public const string Restore = "restore";
    public const string FlushWorker = "basalt-flush";
    public const string CompactionWorker = "basalt-compaction";
    public const string HousekeepingWorker = "basalt-housekeeping";
}
