namespace Basalt.Server.Cluster.Backups;

/// <summary>How far an operation has come. Only forward, but for a new round of <see cref="Cutting"/>.</summary>
internal enum OperationPhase
{
    /// <summary>Create: the coordinator claims the id in the repository.</summary>
    Claiming,

    /// <summary>Create: the nodes look whether they see the claim.</summary>
    Preparing,

    /// <summary>Create: the nodes are armed for an instant and cut at it.</summary>
    Cutting,

    /// <summary>Create: the nodes upload.</summary>
    Transferring,

    /// <summary>Create: the coordinator checks all shares and creates the outcome.</summary>
    Committing,

    /// <summary>Restore: the nodes bring back the shards given to them, unseen.</summary>
    Staging,

    /// <summary>Restore: the coordinator makes everything visible.</summary>
    Publishing,

    /// <summary>It succeeded.</summary>
    Done,

    /// <summary>It failed; see <see cref="OperationRecord.Error"/>.</summary>
    Failed,

    /// <summary>It was canceled.</summary>
    Canceled,
}
