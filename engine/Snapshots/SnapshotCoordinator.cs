using System.Collections.Immutable;
using Basalt.Engine.Commit;
using Basalt.Engine.Manifest;

namespace Basalt.Engine.Snapshots;

/// <summary>
/// Takes snapshots: cut, wait for the flush of what was cut, pin the version after it with a durable lease.
/// </summary>
/// <remarks>
/// The version that the flush produces is referenced before anything else can replace it, so none of its files can go before the
/// lease is on disk; a crash in between leaves no lease and nobody who waits for one. Memtables below the cut are flushed one by one,
/// never merged with a newer one: the version holds exactly the writes up to the cut.
/// </remarks>
internal sealed class SnapshotCoordinator(DatabaseCore core)
{
    public async Task<SnapshotHandle> CreateAsync(SnapshotOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        long held = core.Versions.HeldBytes;
        if (held > core.Options.MaxLeasedBytes || core.Options.MaxLeasedBytes == 0)
        {
            throw new DatabaseException(
                DatabaseError.LimitExceeded,
                $"Leases alone keep {held} bytes on disk, more than DatabaseOptions.MaxLeasedBytes ({core.Options.MaxLeasedBytes}) allows. Release snapshots first.");
        }

        Cut cut;
        LsmVersion version;
        await core.StructureGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            cut = core.Pipeline.Cut(core.Versions.NewFileNumber);
            options.OnCut?.Invoke();

            // Not cancellable: the flush hands over a reference that somebody must take.
            version = await core.Options.BackgroundExecutor.WhenDone(cut.Flushed).ConfigureAwait(false);
        }
        finally
        {
            core.StructureGate.Release();
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Counted from here and not from the cut: a lease must not be over before whoever asked for it has it.
            DateTimeOffset now = core.Options.TimeProvider.GetUtcNow();
            LeaseGrant grant = new(
                Guid.NewGuid(), options.Owner, cut.Sequence, now, now + options.TimeToLive, Choose(version, cut.Sequence, options.Keyspaces));
            return new SnapshotHandle(core, core.Versions.GrantLease(grant), cut.Pause);
        }
        finally
        {
            version.Release();
        }
    }

    public SnapshotHandle Reopen(Guid leaseId) =>
        core.Versions.FindLease(leaseId) is { } lease
            ? new SnapshotHandle(core, lease, TimeSpan.Zero)
            : throw new DatabaseException($"No lease {leaseId} is in force; it was released or has lapsed.");

    private static ImmutableArray<LeasedKeyspace> Choose(LsmVersion version, ulong sequence, IReadOnlyCollection<string>? names)
    {
        // A keyspace that came to be after the cut may be in the version already.
        List<KeyspaceVersion> present = [.. version.Keyspaces.Values.Where(keyspace => keyspace.Keyspace.CreatedAt <= sequence)];
        if (names is not null)
        {
            HashSet<string> wanted = [.. names];
            present.RemoveAll(keyspace => !wanted.Contains(keyspace.Keyspace.Name));
            wanted.ExceptWith(present.Select(keyspace => keyspace.Keyspace.Name));
            if (wanted.Count > 0)
            {
                throw new DatabaseException($"There is no keyspace named '{string.Join("', '", wanted.Order(StringComparer.Ordinal))}'.");
            }
        }

        return
        [
            .. present
                .OrderBy(keyspace => keyspace.Keyspace.Name, StringComparer.Ordinal)
                .Select(keyspace => new LeasedKeyspace(
                    keyspace.Keyspace.Name, [.. keyspace.AllSegments().Select(placed => (placed.Level, placed.Segment.Id))])),
        ];
    }
}
