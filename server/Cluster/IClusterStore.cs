namespace Basalt.Server.Cluster;

/// <summary>
/// What the nodes of a cluster agree in: keys with revisions, changed by compare-and-swap, some of which live only as long as a lease.
/// Reads and transactions are linearizable. Every transaction that changes anything makes one revision, greater than all before.
/// </summary>
internal interface IClusterStore : IAsyncDisposable
{
    /// <summary>Reads a range.</summary>
    /// <param name="range">The keys.</param>
    /// <param name="revision">The revision to read; 0 for the latest.</param>
    /// <param name="limit">The most entries, at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClusterCompactedException">The store no longer has that revision.</exception>
    /// <exception cref="ClusterUnavailableException">The store cannot be reached at present.</exception>
    Task<RangePage> RangeAsync(KeyRange range, long revision, int limit, CancellationToken cancellationToken);

    /// <summary>Carries out a transaction.</summary>
    /// <exception cref="ArgumentException">It is not valid; see <see cref="ClusterTransaction.Validate"/>.</exception>
    /// <exception cref="ClusterLeaseLostException">A key was to live with a lease that the store does not have.</exception>
    /// <exception cref="ClusterUnavailableException">The store cannot be reached, or its answer was lost: see
    /// <see cref="ClusterUnavailableException.IsOutcomeUnknown"/>.</exception>
    Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Takes a new lease. <see cref="ClusterLease"/> takes one and renews it.</summary>
    /// <exception cref="ClusterUnavailableException">The store cannot be reached at present.</exception>
    Task<LeaseGrant> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Renews a lease.</summary>
    /// <returns>How long it now lives, counted from some time between the call and its return.</returns>
    /// <exception cref="ClusterLeaseLostException">The lease has expired, or was revoked.</exception>
    /// <exception cref="ClusterUnavailableException">The store cannot be reached at present.</exception>
    Task<TimeSpan> KeepLeaseAliveAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>Ends a lease and deletes its keys. A lease that is not there is no error.</summary>
    /// <exception cref="ClusterUnavailableException">The store cannot be reached at present.</exception>
    Task RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>
    /// Tells every change of a range from a revision on, in order, each once, also across disconnects. Read a range and watch from the revision
    /// after the one that was read.
    /// </summary>
    /// <param name="range">The keys.</param>
    /// <param name="fromRevision">The first revision to tell, at least 1.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="ClusterCompactedException">The store no longer has some of the changes: read the range again and watch from there.</exception>
    /// <exception cref="ClusterAccessException">The store does not let this client in.</exception>
    IAsyncEnumerable<WatchBatch> WatchAsync(KeyRange range, long fromRevision, CancellationToken cancellationToken);
}
