using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>The words for states on the wire. Clients parse them into enumerations, so there are no others.</summary>
internal static class BackupStatus
{
    /// <summary>The word for a state.</summary>
    public static string Of(BackupState state) => state switch
    {
        BackupState.Started => "STARTED",
        BackupState.Transferring => "TRANSFERRING",
        BackupState.Transferred => "TRANSFERRED",
        BackupState.Finalizing => "FINALIZING",
        BackupState.Canceling => "CANCELLING",
        BackupState.Success => "SUCCESS",
        BackupState.Failed => "FAILED",
        BackupState.Canceled => "CANCELED",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without a word on the wire."),
    };

    /// <summary>The word for the state of a backup being made: old clients know no FINALIZING there.</summary>
    public static string OfCreate(BackupState state) => Of(state == BackupState.Finalizing ? BackupState.Transferred : state);

    /// <summary>The word for the state of a backup in the list: of one being made it is only that it began.</summary>
    public static string OfListed(BackupState state) =>
        Of(state is BackupState.Success or BackupState.Failed or BackupState.Canceled ? state : BackupState.Started);
}
