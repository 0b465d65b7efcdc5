namespace Basalt.Bench.Stress.Client;

/// <summary>How far a backup is.</summary>
internal enum BackupOutcome
{
    /// <summary>It was asked for and has not ended, as far as is known.</summary>
    Open,

    /// <summary>It is complete.</summary>
    Good,

    /// <summary>It is being deleted.</summary>
    Deleting,

    /// <summary>It failed, was cancelled or deleted.</summary>
    Gone,
}
