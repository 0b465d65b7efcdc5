using System.Collections.Immutable;

namespace Basalt.Server.Cluster;

/// <summary>Keys at every revision that was not compacted away. Not safe for several threads.</summary>
internal sealed class RevisionHistory
{
    private readonly SortedDictionary<long, Step> _steps = new() { [1] = new Step(ImmutableSortedDictionary.Create<string, ClusterEntry>(StringComparer.Ordinal), []) };
    private long _compactRevision;

    /// <summary>The latest revision; that of an empty store is 1, as etcd's.</summary>
    public long Revision { get; private set; } = 1;

    private ImmutableSortedDictionary<string, ClusterEntry> Latest => _steps[Revision].Entries;

    /// <summary>The latest entry of a key; null for none.</summary>
    public ClusterEntry? Find(string key) => Latest.GetValueOrDefault(key);

    /// <summary>The keys that live with a lease.</summary>
    public IEnumerable<string> KeysOf(long leaseId) => Latest.Values.Where(entry => entry.LeaseId == leaseId).Select(entry => entry.Key);

    /// <summary>Reads a range as it was.</summary>
    /// <exception cref="ClusterCompactedException">The revision is gone.</exception>
    /// <exception cref="ClusterRequestException">There is no such revision yet.</exception>
    public RangePage Read(KeyRange range, long revision, int limit)
    {
        if (revision > Revision)
        {
            throw new ClusterRequestException($"Revision {revision} is in the future; the latest is {Revision}.");
        }

        if (!_steps.TryGetValue(revision, out Step? step))
        {
            throw Compacted(revision);
        }

        ClusterEntry[] entries = [.. step.Entries.Values.Where(entry => range.Contains(entry.Key)).Take(limit == int.MaxValue ? limit : limit + 1)];
        bool hasMore = entries.Length > limit;
        return new RangePage(revision, [.. hasMore ? entries[..limit] : entries], hasMore);
    }

    /// <summary>Makes a revision of writes.</summary>
    /// <returns>Whether anything changed; otherwise there is no new revision.</returns>
    public bool Write(ImmutableArray<KeyRange> deletes, ImmutableArray<ClusterPut> puts)
    {
        long revision = Revision + 1;
        ImmutableSortedDictionary<string, ClusterEntry> entries = Latest;
        ImmutableArray<WatchEvent>.Builder events = ImmutableArray.CreateBuilder<WatchEvent>();
        foreach (KeyRange range in deletes)
        {
            foreach (string key in entries.Keys.Where(range.Contains).ToArray())
            {
                entries = entries.Remove(key);
                events.Add(new WatchEvent(key, revision, null));
            }
        }

        foreach (ClusterPut put in puts)
        {
            ClusterEntry? before = entries.GetValueOrDefault(put.Key);
            var entry = new ClusterEntry(
                put.Key, put.Value.ToArray(), before?.CreateRevision ?? revision, revision, (before?.Version ?? 0) + 1, put.LeaseId);
            entries = entries.SetItem(put.Key, entry);
            events.Add(new WatchEvent(put.Key, revision, entry));
        }

        if (events.Count == 0)
        {
            return false;
        }

        _steps[revision] = new Step(entries, events.DrainToImmutable());
        Revision = revision;
        return true;
    }

    /// <summary>What changed in a range from a revision on; null for nothing.</summary>
    /// <exception cref="ClusterCompactedException">Some of it is gone.</exception>
    public WatchBatch? EventsSince(KeyRange range, long fromRevision)
    {
        if (fromRevision <= _compactRevision)
        {
            throw Compacted(fromRevision);
        }

        var events = new List<WatchEvent>();
        for (long revision = fromRevision; revision <= Revision; revision++)
        {
            events.AddRange(_steps[revision].Events.Where(change => range.Contains(change.Key)));
        }

        return events.Count == 0 ? null : new WatchBatch(Revision, [.. events]);
    }

    /// <summary>Forgets what was before a revision. Compacting again to an earlier one does nothing.</summary>
    public void Compact(long revision)
    {
        revision = Math.Min(revision, Revision);
        for (long gone = Math.Max(_compactRevision, 1); gone < revision; gone++)
        {
            _steps.Remove(gone);
        }

        _compactRevision = Math.Max(_compactRevision, revision);
    }

    private ClusterCompactedException Compacted(long revision) =>
        new($"Revision {revision} is gone: history was compacted at {_compactRevision}.") { CompactRevision = _compactRevision };

    private sealed record Step(ImmutableSortedDictionary<string, ClusterEntry> Entries, ImmutableArray<WatchEvent> Events);
}
