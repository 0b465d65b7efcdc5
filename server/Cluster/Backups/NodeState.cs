namespace Basalt.Server.Cluster.Backups;

/// <summary>What a participant has reached.</summary>
internal enum NodeState
{
    /// <summary>Create: it sees the claim and can take part.</summary>
    Prepared,

    /// <summary>Create: its clock was past the instant; there is no cut.</summary>
    Passed,

    /// <summary>Create: it cut at the instant.</summary>
    Cut,

    /// <summary>Create: its share is in the repository.</summary>
    Transferred,

    /// <summary>Restore: it has what was given to it.</summary>
    Staged,

    /// <summary>It cannot do its part.</summary>
    Failed,
}
