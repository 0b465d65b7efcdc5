using Basalt.Backup.Transfers;

namespace Basalt.Backup.Tests.Support;

/// <summary>A connection that is lost after some bytes.</summary>
internal sealed class BreakingStream(Stream inner, int bytes, string key) : ForwardStream
{
    private int _rest = bytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest == 0)
        {
            throw new BackupBackendException(key, "connection reset", isTransient: true);
        }

        int read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _rest)], cancellationToken);
        _rest -= read;
        return read;
    }
}
