namespace Basalt.Backup.Documents;

/// <summary>A node document and its SHA-256 in hex.</summary>
internal sealed record NodeReference(string Node, string Key, string Sha256);
