namespace Basalt.Backup;

/// <summary>A node's share as it is in the repository: what the coordinator commits.</summary>
/// <param name="Node">The node.</param>
/// <param name="Key">The object that describes it.</param>
/// <param name="Sha256">SHA-256 of that object, in hex.</param>
public sealed record StoredShare(string Node, string Key, string Sha256);
