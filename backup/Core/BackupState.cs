namespace Basalt.Backup;

/// <summary>How far a backup or a restore has come.</summary>
public enum BackupState
{
    /// <summary>Accepted; nothing was transferred yet.</summary>
    Started,

    /// <summary>Segments are on their way.</summary>
    Transferring,

    /// <summary>All segments have arrived; documents or the adoption are missing.</summary>
    Transferred,

    /// <summary>The last step is being taken: it can no longer be canceled.</summary>
    Finalizing,

    /// <summary>A cancel was accepted; transfers are being stopped.</summary>
    Canceling,

    /// <summary>Complete.</summary>
    Success,

    /// <summary>Ended without effect; the error says why.</summary>
    Failed,

    /// <summary>Canceled without effect.</summary>
    Canceled,
}
