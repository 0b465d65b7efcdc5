using Basalt.Backup.Transfers;

namespace Basalt.Backup.Tests.Hostile;

/// <summary>An object that does not end.</summary>
internal sealed class EndlessStream : ForwardStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        buffer.Span.Fill((byte)' ');
        return ValueTask.FromResult(buffer.Length);
    }
}
