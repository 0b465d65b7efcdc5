using Basalt.Server.Api;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Objects;

/// <summary>
/// Writes the objects of a batch in steps of bounded size: encodes some, commits them, reports them, goes on. Every object has its
/// own outcome. Not thread-safe.
/// </summary>
internal sealed class BatchImport(
    ObjectWriter writer, ShardRouter router, ReadOnlyMemory<byte> body, IReadOnlyList<ObjectDraft> drafts) : IDisposable
{
    private const int StepBytes = 4 << 20;

    private readonly Dictionary<ShardTarget, WriteWindow> _windows = [];
    private readonly List<BatchItem> _items = [];
    private readonly ObjectEncoder _encoder = new();
    private int _next;

    /// <summary>The objects of the last step, in the order of the request.</summary>
    public IReadOnlyList<BatchItem> Items => _items;

    /// <summary>Writes the next objects.</summary>
    /// <returns>Whether there were any; <see cref="Items"/> then has their outcomes.</returns>
    public async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _items.Clear();
        foreach (WriteWindow window in _windows.Values)
        {
            window.Clear();
        }

        int bytes = 0;
        while (_next < drafts.Count && bytes < StepBytes)
        {
            bytes += await AddAsync(drafts[_next++], cancellationToken);
        }

        // Shards do not wait for each other, and several of one node share a sync.
        await Task.WhenAll(_windows
            .Where(static shard => shard.Value.Count > 0)
            .Select(shard => CommitAsync(shard.Key, shard.Value, cancellationToken)));

        return _items.Count > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (WriteWindow window in _windows.Values)
        {
            window.Dispose();
        }
    }

    /// <returns>Bytes that the object takes.</returns>
    private async ValueTask<int> AddAsync(ObjectDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Problem is not null)
        {
            _items.Add(new BatchItem(draft, null, null, 0, draft.Problem));
            return 0;
        }

        ShardTarget target;
        try
        {
            target = await writer.ResolveAsync(draft, cancellationToken);
        }
        catch (RequestException exception)
        {
            _items.Add(new BatchItem(draft, null, null, 0, exception.Message));
            return 0;
        }

        if (!_windows.TryGetValue(target, out WriteWindow? window))
        {
            window = new WriteWindow();
            _windows.Add(target, window);
        }

        int before = window.ByteCount;
        var write = new ObjectWrite { Id = draft.Id, Mode = WriteMode.Upsert };
        string? problem = await writer.EncodeAsync(target.Class, draft, body, write, _encoder, window, cancellationToken);
        _items.Add(new BatchItem(draft, target, window, window.Count - 1, problem));
        return window.ByteCount - before;
    }

    private async Task CommitAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken)
    {
        try
        {
            await router.CommitAsync(target, window, cancellationToken);
        }
        catch (RequestException exception)
        {
            // The class or tenant was deleted meanwhile, is read-only, or on a node that cannot be reached: its objects fail, those of others go on.
            foreach (ref ObjectWrite write in window.Writes)
            {
                write.Outcome = WriteOutcome.Invalid;
                write.Problem = exception.Message;
            }
        }
    }
}
