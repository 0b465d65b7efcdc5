using Basalt.Backup.Transfers;

namespace Basalt.Backup.Documents;

/// <summary>Ends the reading of a stream that is longer than anything it can honestly hold: memory must not grow with what a stranger wrote.</summary>
internal sealed class BoundedStream(Stream inner, long limit) : ForwardStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    private int Count(int read)
    {
        _read += read;
        return _read <= limit
            ? read
            : throw new InvalidDataException($"it has more than {limit} bytes, which is more than any document has");
    }
}
