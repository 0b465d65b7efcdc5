using System.Buffers;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>The messages of a streamed answer, one on each line, none larger than a limit.</summary>
internal sealed class EtcdLines(Stream stream, int maxBytes)
{
    private readonly byte[] _chunk = new byte[16 << 10];
    private readonly ArrayBufferWriter<byte> _line = new();
    private int _position;
    private int _length;

    /// <summary>The next line; null at the end of the stream.</summary>
    /// <exception cref="ClusterRequestException">The line is too long.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        _line.ResetWrittenCount();
        while (true)
        {
            if (_position == _length)
            {
                _position = 0;
                _length = await stream.ReadAsync(_chunk, cancellationToken);
                if (_length == 0)
                {
                    // A last line without an end may have been cut off.
                    return null;
                }
            }

            ReadOnlySpan<byte> rest = _chunk.AsSpan(_position, _length - _position);
            int end = rest.IndexOf((byte)'\n');
            _line.Write(end < 0 ? rest : rest[..end]);
            _position += end < 0 ? rest.Length : end + 1;
            if (_line.WrittenCount > maxBytes)
            {
                throw new ClusterRequestException($"etcd sent a message of more than {maxBytes} bytes.");
            }

            if (end >= 0 && _line.WrittenCount > 0)
            {
                return _line.WrittenMemory;
            }
        }
    }
}
