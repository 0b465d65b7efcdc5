using Basalt.Engine.Snapshots;

namespace Basalt.Engine.Manifest;

/// <summary>
/// One atomic change of what the manifest says: keyspaces, segments, leases and counters. It is on disk before anybody acts on it.
/// </summary>
internal sealed class VersionEdit
{
    /// <summary>Logs with lower numbers hold nothing that segments do not hold.</summary>
    public ulong? LogFloor { get; set; }

    /// <summary>No file number from here on was ever used.</summary>
    public ulong? NextFileNumber { get; set; }

    /// <summary>No keyspace id from here on was ever used.</summary>
    public uint? NextKeyspaceId { get; set; }

    /// <summary>Sequence numbers up to here were used.</summary>
    public ulong? LastSequence { get; set; }

    public List<KeyspaceDefinition> CreatedKeyspaces { get; } = [];

    public List<uint> DroppedKeyspaces { get; } = [];

    public List<SegmentPlacement> AddedSegments { get; } = [];

    public List<SegmentRemoval> RemovedSegments { get; } = [];

    /// <summary>Segments of no level, which leases name or may come to name; written when the whole state is written anew.</summary>
    public List<SegmentDefinition> LeasedSegments { get; } = [];

    public List<LeaseGrant> GrantedLeases { get; } = [];

    public List<LeaseRenewal> RenewedLeases { get; } = [];

    public List<Guid> ReleasedLeases { get; } = [];
}
