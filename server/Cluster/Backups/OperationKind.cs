namespace Basalt.Server.Cluster.Backups;

/// <summary>What the nodes of a cluster do together.</summary>
internal enum OperationKind
{
    /// <summary>They make a backup.</summary>
    Create,

    /// <summary>They restore one.</summary>
    Restore,
}
