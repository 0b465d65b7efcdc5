namespace Basalt.Server.Cluster.Backups;

/// <summary>The cluster does one operation at a time, and is at another.</summary>
internal sealed class OperationInProgressException(OperationRecord running)
    : ClusterException($"{(running.Kind == OperationKind.Create ? "backup" : "restoration")} {running.Id} already in progress")
{
    /// <summary>The other.</summary>
    public OperationRecord Running { get; } = running;
}
