using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>Brings what a node pinned to the repository: extents and packs, shard lists, and the node document last.</summary>
internal sealed class ShareTransfer(
    Repository repository, BackupCatalog catalog, Database database, ShareIdentity share, ProgressTracker progress)
{
    /// <summary>Most of the processors that the transfers take; null does not limit them.</summary>
    public int? CpuPercentage { get; init; }

    /// <summary>Transfers, or goes on where an earlier run was interrupted.</summary>
    /// <param name="handle">What is pinned.</param>
    /// <param name="collections">What of it is wanted. A collection need not be here.</param>
    /// <param name="instant">The instant of the cluster's clock at which it was cut; null if the node cut by itself.</param>
    /// <param name="cancellationToken">Stops, to go on another time.</param>
    public async Task<NodeReference> RunAsync(
        SnapshotHandle handle, ImmutableArray<string> collections, long? instant, CancellationToken cancellationToken) =>
        await FindNodeAsync(cancellationToken).ConfigureAwait(false)
        ?? await StoreNodeAsync(handle, collections, instant, cancellationToken).ConfigureAwait(false);

    /// <summary>The node document of an earlier run of this attempt: it was written last, so all it names is there.</summary>
    private async Task<NodeReference?> FindNodeAsync(CancellationToken cancellationToken)
    {
        string name = repository.Options.NodeName;
        string key = RepositoryLayout.Node(share.BackupId, share.Attempt, name);
        byte[]? bytes = await repository.Documents.TryReadBytesAsync(key, cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : new NodeReference(name, key, DocumentCodec.Hash(bytes));
    }

    private async Task<NodeReference> StoreNodeAsync(
        SnapshotHandle handle, ImmutableArray<string> collections, long? instant, CancellationToken cancellationToken)
    {
        BackupOptions options = repository.Options;
        var chosen = collections.ToHashSet(StringComparer.Ordinal);
        PinnedKeyspace[] keyspaces =
            [.. handle.Keyspaces.Where(keyspace => chosen.Contains(KeyspaceAddress.Parse(keyspace.Name).Collection))];
        SegmentSource[] segments = [.. keyspaces.SelectMany(keyspace => SegmentSource.From(handle, keyspace))];
        var names = new UploadNames(share.Ulid);
        Dictionary<ContentId, ExtentDigest> wanted = BackupPlan.Contents(segments, options.PackThresholdBytes)
            .DistinctBy(pair => pair.Key)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        var journal = new IntentJournal(repository, share);
        var finder = new ExtentFinder(repository, new ExtentCandidates(repository, catalog, database.Id, share.Ulid), names, journal);
        IReadOnlyDictionary<ContentId, StoredExtent> stored = await finder.FindAsync(wanted, cancellationToken).ConfigureAwait(false);
        BackupPlan plan = BackupPlan.Create(
            segments,
            stored,
            options.PackThresholdBytes,
            options.PackBytes,
            content => RepositoryLayout.Data(content, names.Next()),
            () => RepositoryLayout.Pack(share.BackupId, share.Attempt, options.NodeName, Ulid.Create(options.TimeProvider)));

        await journal
            .WriteAsync(plan.Uploads.Select(extent => new JournalEntry(extent.Content.Name, extent.Key, JournalEntry.New)), cancellationToken)
            .ConfigureAwait(false);
        progress.BeginTransfer(plan.Totals.LogicalBytes, plan.PresentBytes, segments.Length, plan.PresentSegments);
        await new BackupUploader(repository, progress, CpuPercentage).UploadAsync(plan, cancellationToken).ConfigureAwait(false);
        progress.EndTransfer();
        return await new NodeWriter(repository, share)
            .WriteAsync(
                database.Id,
                new CutEntry(handle.Sequence, handle.CreatedAt, instant),
                new TimingsEntry((long)handle.CutPause.TotalMicroseconds, (long)progress.TransferTime.TotalMilliseconds),
                keyspaces.Select(keyspace => keyspace.Name),
                plan,
                finder.Warnings,
                cancellationToken)
            .ConfigureAwait(false);
    }
}
