using Basalt.Backup.Transfers;

namespace Basalt.Backup.Backends;

/// <summary>The source of an upload; tells the watch over the upload whose turn it is.</summary>
internal sealed class WatchedStream(Stream inner, StallWatch watch) : ForwardStream
{
    public static ObjectContent Over(ObjectContent content, StallWatch watch) =>
        new(content.Length, () => new WatchedStream(content.Open(), watch), content.Crc32C);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        watch.Rest();
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            watch.Move();
        }
    }

    /// <summary>Leaves the copy to the source, which has buffers for it.</summary>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        watch.Rest();
        try
        {
            var target = new WatchedDestination(destination, watch);
            await inner.CopyToAsync(target, bufferSize, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            watch.Move();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
