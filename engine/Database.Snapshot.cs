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

    /// <summary>
    /// Removes the segments that named ingests had completed before a crash, for when it is known that none of them will go on. Those that have
    /// begun again since are left alone.
    /// </summary>
    public void DiscardInterruptedIngests() => _core.Staging.RemoveAbandoned();

    /// <summary>Begins to adopt segments, of a backup for example, as new keyspaces.</summary>
    /// <param name="name">
    /// Null, or what the ingest is known by after a crash: the next one of that name finds the segments that this one completed. Those of other
    /// names that a crash left behind are then removed. 1 to 200 letters, digits, '.', '_' and '-'.
    /// </param>
    /// <exception cref="DatabaseException">An ingest of that name is in progress, or the database refuses writes.</exception>
    public SegmentIngest BeginIngest(string? name = null)
    {
        _core.Pipeline.ThrowIfUnwritable();
        return new SegmentIngest(_core, name, _compactions.Changed);
    }
}
