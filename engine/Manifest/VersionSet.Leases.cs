using Basalt.Engine.Snapshots;

namespace Basalt.Engine.Manifest;

internal sealed partial class VersionSet
{
    /// <summary>Bytes that only leases keep on disk.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_manifestLock)
            {
                return _obsolete.HeldBytes();
            }
        }
    }

    /// <summary>Leases in force, oldest first.</summary>
    public IReadOnlyList<LeaseInfo> DescribeLeases()
    {
        lock (_manifestLock)
        {
            return [.. _leases.All.OrderBy(lease => lease.Grant.CreatedAt).Select(Describe)];
        }
    }

    public Lease? FindLease(Guid id)
    {
        lock (_manifestLock)
        {
            return _leases.Find(id);
        }
    }

    /// <summary>
    /// Grants a lease on the segments of a version that the caller holds a reference of, so that none of its files is gone yet.
    /// </summary>
    public Lease GrantLease(LeaseGrant grant)
    {
        // The cut's number may be of no write that reached a log; it must not be given to one after a crash.
        VersionEdit edit = new() { LastSequence = grant.Sequence };
        edit.GrantedLeases.Add(grant);
        lock (_manifestLock)
        {
            // Looked up before it can lapse.
            Apply(edit).Release();
            return _leases.Find(grant.Id)!;
        }
    }

    /// <summary>Extends a lease; false if it is not in force.</summary>
    public bool RenewLease(Guid id, DateTimeOffset expiresAt)
    {
        bool found = false;
        Apply((_, edit) =>
        {
            found = _leases.Find(id) is not null;
            edit.RenewedLeases.Add(new LeaseRenewal(id, expiresAt));
            return found;
        }).Release();
        return found;
    }

    /// <summary>Ends a lease; no error if it is gone.</summary>
    public void ReleaseLease(Guid id) => Apply((_, edit) =>
    {
        edit.ReleasedLeases.Add(id);
        return _leases.Find(id) is not null;
    }).Release();

    /// <summary>Ends the leases that lapsed and returns them.</summary>
    public IReadOnlyList<Lease> ReleaseExpiredLeases(DateTimeOffset now)
    {
        List<Lease> expired = [];
        Apply((_, edit) =>
        {
            foreach (Guid id in _leases.ExpiredAt(now))
            {
                expired.Add(_leases.Find(id)!);
                edit.ReleasedLeases.Add(id);
            }

            return expired.Count > 0;
        }).Release();
        return expired;
    }

    /// <summary>Whether any lease has lapsed; cheap, for the periodic check.</summary>
    public bool HasExpiredLeases(DateTimeOffset now)
    {
        lock (_manifestLock)
        {
            return _leases.All.Any(lease => lease.ExpiresAt <= now);
        }
    }

    private void ApplyLeases(VersionEdit edit)
    {
        foreach (LeaseGrant grant in edit.GrantedLeases)
        {
            _leases.Grant(grant, id => _segments[id]);
        }

        foreach (LeaseRenewal renewal in edit.RenewedLeases)
        {
            _leases.Renew(renewal);
        }

        foreach (Guid released in edit.ReleasedLeases)
        {
            _leases.Release(released);
        }
    }

    private static LeaseInfo Describe(Lease lease) => new(
        lease.Grant.Id,
        lease.Grant.Owner,
        lease.Grant.Sequence,
        lease.Grant.CreatedAt,
        lease.ExpiresAt,
        lease.Files.Sum(file => file.Length),
        lease.Files.Sum(file => file.LiveSegments == 0 ? file.Length : 0));
}
