using Basalt.Engine;
using Basalt.Server.Index;
using Basalt.Server.Objects;

namespace Basalt.Server.Search;

/// <summary>Walks once over the objects of a class, or over those that a filter left, in the order of their ids.</summary>
/// <param name="database">The database.</param>
/// <param name="objects">Where the objects are.</param>
/// <param name="snapshot">As of when.</param>
/// <param name="candidates">What a filter left, in order; null takes all.</param>
/// <param name="after">Begin behind this id.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ObjectScan(
    Database database,
    Keyspace objects,
    ReadSnapshot snapshot,
    IEnumerable<Guid>? candidates,
    Guid? after,
    CancellationToken cancellationToken) : IDisposable
{
    private readonly PooledBuffer _record = new();

    /// <summary>Looks at an object.</summary>
    public delegate void Visitor(Guid id, in ObjectRecord record);

    /// <summary>The ids, without reading more than has to be.</summary>
    public IEnumerable<Guid> Ids()
    {
        if (candidates is not null)
        {
            foreach (Guid id in candidates)
            {
                if (IsBehindCursor(id))
                {
                    yield return id;
                }
            }

            yield break;
        }

        using DatabaseIterator all = Open();
        while (all.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return IndexKey.ReadId(all.Key);
        }
    }

    /// <summary>Shows every object.</summary>
    public void Visit(Visitor visitor)
    {
        if (candidates is null)
        {
            using DatabaseIterator all = Open();
            while (all.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                visitor(IndexKey.ReadId(all.Key), ObjectRecord.Read(all.Value));
            }

            return;
        }

        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        foreach (Guid id in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IndexKey.WriteId(id, key);
            _record.Truncate(0);
            if (IsBehindCursor(id) && database.TryGet(objects, key, _record, snapshot))
            {
                visitor(id, ObjectRecord.Read(_record.Written));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _record.Dispose();

    // The order of ids is that of their bytes, big-endian, and that is how Guid compares too.
    private bool IsBehindCursor(Guid id) => after is not { } cursor || id.CompareTo(cursor) > 0;

    private DatabaseIterator Open() =>
        database.Scan(objects, ScanRange.Between(after is { } cursor ? IndexKey.FirstObjectAfter(cursor) : null, null), snapshot);
}
