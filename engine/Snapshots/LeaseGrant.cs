namespace Basalt.Engine.Snapshots;

/// <summary>A lease as the manifest records it. Its segments are named; their metadata stands in the manifest already.</summary>
internal sealed record LeaseGrant(
    Guid Id, string Owner, ulong Sequence, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, IReadOnlyList<LeasedKeyspace> Keyspaces);
