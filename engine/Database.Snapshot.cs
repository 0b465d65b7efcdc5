namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>Leases in force, oldest first.</summary>
    public IReadOnlyList<LeaseInfo> Leases => _core.Versions.DescribeLeases();

    /// <summary>
    /// Cuts, flushes and pins: the handle holds exactly the writes acknowledged before, in all keyspaces at one instant. Writers are held
    /// for microseconds; the flush of what is in memory happens beside them.
    /// </summary>
    /// <exception cref="DatabaseException">
    /// <see cref="DatabaseError.LimitExceeded"/>: leases hold more than <see cref="DatabaseOptions.MaxLeasedBytes"/>; or a keyspace is unknown.
    /// </exception>
    public Task<SnapshotHandle> CreateSnapshotAsync(SnapshotOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => _snapshots.CreateAsync(options, cancellationToken), cancellationToken);
    }

    /// <summary>Finds a lease again, after a restart for example. One handle at a time should act on a lease.</summary>
    /// <exception cref="DatabaseException">No such lease is in force.</exception>
    public Task<SnapshotHandle> ReopenSnapshotAsync(Guid leaseId, CancellationToken cancellationToken = default) =>
        Task.Run(() => _snapshots.Reopen(leaseId), cancellationToken);

    /// <summary>Begins to adopt segments, of a backup for example, as new keyspaces.</summary>
    public SegmentIngest BeginIngest()
    {
        _core.Pipeline.ThrowIfUnwritable();
        return new SegmentIngest(_core, _compactions.Changed);
    }
}
