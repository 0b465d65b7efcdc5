namespace Basalt.Backup.Documents;

/// <summary>How the cuts of several nodes relate.</summary>
internal static class CutKind
{
    /// <summary>Each node is consistent in itself.</summary>
    public const string PerNode = "per-node";
}
