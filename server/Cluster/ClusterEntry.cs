namespace Basalt.Server.Cluster;

/// <summary>A key with its value and where it stands in the store's history.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
/// <param name="CreateRevision">The revision that created it, after its last deletion.</param>
/// <param name="ModRevision">The revision that wrote this value; what a compare-and-swap compares.</param>
/// <param name="Version">How often it was written since it was created, from 1.</param>
/// <param name="LeaseId">The lease that it lives with; 0 for none.</param>
internal sealed record ClusterEntry(
    string Key, ReadOnlyMemory<byte> Value, long CreateRevision, long ModRevision, long Version, long LeaseId);
