using Basalt.Engine.Manifest;

namespace Basalt.Engine.Snapshots;

/// <summary>The leases in force. Requires: manifest lock held, for every member.</summary>
internal sealed class LeaseTable
{
    private readonly Dictionary<Guid, Lease> _leases = [];

    public IEnumerable<Lease> All => _leases.Values;

    public Lease? Find(Guid id) => _leases.GetValueOrDefault(id);

    public void Grant(LeaseGrant grant, Func<SegmentId, Segment> resolve)
    {
        List<(string Name, IReadOnlyList<PlacedSegment> Segments)> keyspaces = [];
        foreach (LeasedKeyspace keyspace in grant.Keyspaces)
        {
            keyspaces.Add((keyspace.Name, [.. keyspace.Segments.Select(pinned => new PlacedSegment(pinned.Level, resolve(pinned.Segment)))]));
        }

        Lease lease = new(grant, keyspaces);
        _leases.Add(grant.Id, lease);
        foreach (SegmentFile file in lease.Files)
        {
            file.Leases++;
        }
    }

    public void Renew(LeaseRenewal renewal)
    {
        if (_leases.TryGetValue(renewal.Id, out Lease? lease))
        {
            lease.ExpiresAt = renewal.ExpiresAt;
        }
    }

    public void Release(Guid id)
    {
        if (_leases.Remove(id, out Lease? lease))
        {
            foreach (SegmentFile file in lease.Files)
            {
                file.Leases--;
            }
        }
    }

    public IReadOnlyList<Guid> ExpiredAt(DateTimeOffset now) =>
        [.. _leases.Values.Where(lease => lease.ExpiresAt <= now).Select(lease => lease.Grant.Id)];
}
