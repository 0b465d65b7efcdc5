namespace Basalt.Backup.Documents;

/// <summary>Who makes a backup.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Instance">The run of its process: after a restart it is another.</param>
internal sealed record CoordinatorEntry(string Node, Guid Instance);
