namespace Basalt.Backup;

/// <summary>What a job does.</summary>
public enum BackupOperation
{
    /// <summary>Creates a backup.</summary>
    Create,

    /// <summary>Restores one.</summary>
    Restore,
}
