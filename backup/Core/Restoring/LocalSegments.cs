using Basalt.Backup.Naming;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup.Restoring;

/// <summary>
/// Segments that the database has already, of the same birth as those of a backup: restored before under another name, or never lost. They
/// are copied instead of downloaded. A snapshot keeps them meanwhile.
/// </summary>
internal sealed class LocalSegments : IAsyncDisposable
{
    /// <summary>What the owners of the leases begin with; the ULID of the restore is behind the last slash.</summary>
    public const string OwnerPrefix = "restore/";

    private const int ShownIdLength = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromHours(6);

    private readonly SnapshotHandle? _handle;
    private readonly Guid _database;
    private readonly string _ulid;
    private readonly Dictionary<(SegmentOrigin Origin, UInt128 Digest), PinnedSegment> _segments;

    private LocalSegments(SnapshotHandle? handle, Guid database, string ulid)
    {
        _database = database;
        _handle = handle;
        _ulid = ulid;
        _segments = (handle?.Keyspaces ?? [])
            .SelectMany(keyspace => keyspace.Segments)
            .DistinctBy(segment => (segment.Metadata.Origin, segment.Metadata.Digest))
            .ToDictionary(segment => (segment.Metadata.Origin, segment.Metadata.Digest));
    }

    /// <summary>Looks for segments in all of the database; an empty one has none.</summary>
    public static async Task<LocalSegments> OpenAsync(Database database, string backupId, TimeProvider clock, CancellationToken cancellationToken)
    {
        string ulid = Ulid.Create(clock);
        if (!database.Keyspaces.Any())
        {
            return new LocalSegments(handle: null, database.Id, ulid);
        }

        // Known before the lease is there, so that no recovery takes it for one of a process that has ended.
        LiveAttempts.TryAdd(database.Id, ulid);
        try
        {
            string owner = $"{OwnerPrefix}{backupId[..Math.Min(ShownIdLength, backupId.Length)]}/{ulid}";
            var options = new SnapshotOptions { Owner = owner, TimeToLive = Patience };
            return new LocalSegments(await database.CreateSnapshotAsync(options, cancellationToken).ConfigureAwait(false), database.Id, ulid);
        }
        catch
        {
            LiveAttempts.Remove(database.Id, ulid);
            throw;
        }
    }

    /// <summary>The segment here that has the same bytes; null if there is none.</summary>
    public PinnedSegment? Find(SegmentMetadata wanted) =>
        _segments.TryGetValue((wanted.Origin, wanted.Digest), out PinnedSegment? found)
        && found.Metadata.Length == wanted.Length
        && found.Metadata.Extents.SequenceEqual(wanted.Extents)
            ? found
            : null;

    /// <summary>Reads a segment that was found to its end: a damaged one must be known before its copy is begun.</summary>
    public async Task<bool> IsIntactAsync(PinnedSegment segment, TransferBuffers buffers, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(segment, buffers, static (_, _) => ValueTask.CompletedTask, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DatabaseException)
        {
            // Damaged, or the snapshot has lapsed: the repository has it all the same.
            return false;
        }
    }

    /// <summary>Reads a segment that was found.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.Corruption"/>: it is damaged; the sink has seen wrong bytes.</exception>
    public async Task ReadAsync(
        PinnedSegment segment,
        TransferBuffers buffers,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> sink,
        CancellationToken cancellationToken)
    {
        using TransferBuffer buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
        for (int extent = 0; extent < segment.Metadata.Extents.Length; extent++)
        {
            Stream source = _handle!.OpenExtent(segment, extent);
            await using (source.ConfigureAwait(false))
            {
                int read;
                while ((read = await source.ReadAsync(buffer.Memory, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    await sink(buffer.Memory[..read], cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_handle is not null)
        {
            try
            {
                await _handle.DisposeAsync().ConfigureAwait(false);
            }
            finally
            {
                LiveAttempts.Remove(_database, _ulid);
            }
        }
    }
}
