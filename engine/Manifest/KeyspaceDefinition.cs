namespace Basalt.Engine.Manifest;

/// <summary>A keyspace as the manifest records it.</summary>
internal sealed record KeyspaceDefinition(uint Id, string Name, ulong CreatedAt);
