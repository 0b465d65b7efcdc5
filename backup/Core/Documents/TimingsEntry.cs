namespace Basalt.Backup.Documents;

/// <summary>What a node's part took.</summary>
/// <param name="CutMicroseconds">How long writers were held; 0 for a resumed backup.</param>
/// <param name="TransferMilliseconds">From the plan to the last upload.</param>
internal sealed record TimingsEntry(long CutMicroseconds, long TransferMilliseconds);
