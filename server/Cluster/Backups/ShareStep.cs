namespace Basalt.Server.Cluster.Backups;

/// <summary>What a participant does next.</summary>
internal enum ShareStep
{
    /// <summary>Nothing, until the record changes.</summary>
    None,

    /// <summary>Look whether the claim is there.</summary>
    Prepare,

    /// <summary>Arm for the instant and cut at it; after a restart find the cut that was made.</summary>
    Cut,

    /// <summary>After a restart: find the cut that was made; it is too late to arm.</summary>
    FindCut,

    /// <summary>Upload.</summary>
    Transfer,

    /// <summary>Bring back the shards given to this node.</summary>
    Stage,
}
