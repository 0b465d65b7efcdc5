namespace Basalt.Backup;

/// <summary>Whether a store creates an object only if its name is free.</summary>
public enum WriteConditions
{
    /// <summary>It does; of all that create an object exactly one succeeds.</summary>
    Verified,

    /// <summary>It overwrites, or refuses the condition. A repository there is degraded; see <see cref="BackupOptions.AllowDegradedStores"/>.</summary>
    Absent,
}
