namespace Basalt.Backup.Documents;

/// <summary>How the cuts of several nodes relate.</summary>
internal static class CutKind
{
    /// <summary>Each node is consistent in itself.</summary>
    public const string PerNode = "per-node";

    /// <summary>All nodes cut at one instant of the cluster's clock: what a write inside follows from is inside.</summary>
    public const string Causal = "causal";
}
