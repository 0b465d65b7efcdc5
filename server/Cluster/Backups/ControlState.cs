namespace Basalt.Server.Cluster.Backups;

/// <summary>What every node knows of operations.</summary>
/// <param name="LockRevision">The revision of the coordinator's key; 0 if nobody coordinates.</param>
/// <param name="Record">The present operation, or the last; null if there never was one.</param>
/// <param name="RecordRevision">The revision of that; 0 if there is none.</param>
/// <param name="Cancel">The operation that somebody wants canceled.</param>
/// <param name="IsReadable">False if the record is of a newer server, so that this node can take no part, and must not touch what it holds.</param>
internal sealed record ControlState(long LockRevision, OperationRecord? Record, long RecordRevision, Guid? Cancel, bool IsReadable)
{
    /// <summary>Whether the operation of the record is to be canceled.</summary>
    public bool IsCancelRequested => Record is not null && Cancel == Record.Operation;
}
