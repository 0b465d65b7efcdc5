using System.IO.Hashing;
using Basalt.Backup.Checksums;
using Basalt.Backup.Transfers;

namespace Basalt.Backup.Extents;

/// <summary>
/// Reads a framed object from start to end and vouches for each of its bytes: the header by its CRC, the payload by the digests of its
/// parts, all together by the trailer.
/// </summary>
internal sealed class FrameReader : IAsyncDisposable
{
    private readonly string _key;
    private readonly Stream _stream;
    private readonly TransferBuffer _buffer;
    private readonly XxHash128 _hash = new();
    private long _rest;
    private uint _crc;

    private FrameReader(string key, Stream stream, TransferBuffer buffer)
    {
        _key = key;
        _stream = stream;
        _buffer = buffer;
    }

    /// <summary>The frame that the header describes.</summary>
    public ExtentFrame Frame { get; private set; }

    /// <summary>CRC32C of the whole object; known after <see cref="CompleteAsync"/>.</summary>
    public uint StoredCrc { get; private set; }

    /// <summary>Opens an object and reads its header.</summary>
    /// <exception cref="BackupException">The object is missing or is no frame of that length.</exception>
    public static async Task<FrameReader> OpenAsync(
        IBackupBackend backend, TransferBuffers buffers, string key, long payloadLength, CancellationToken cancellationToken)
    {
        TransferBuffer buffer = await buffers.RentAsync(cancellationToken).ConfigureAwait(false);
        Stream? stream = null;
        try
        {
            stream = await backend.OpenReadAsync(key, cancellationToken: cancellationToken).ConfigureAwait(false)
                ?? throw BackupException.Corrupted(key, "it is missing");
            var reader = new FrameReader(key, stream, buffer);
            await reader.ReadHeaderAsync(payloadLength, cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            buffer.Dispose();
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>
    /// Hands the next part of the payload on, then checks it. The sink sees bytes before they are checked, so it must not act on them
    /// before this call returns.
    /// </summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>.</exception>
    public async Task ReadPartAsync(
        long length,
        uint crc32C,
        UInt128 xxHash128,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> sink,
        CancellationToken cancellationToken)
    {
        if (length > _rest)
        {
            throw BackupException.Corrupted(_key, $"its payload has {_rest} bytes left where {length} are expected");
        }

        uint crc = 0;
        for (long rest = length; rest > 0;)
        {
            Memory<byte> chunk = _buffer.Memory[..(int)Math.Min(rest, _buffer.Memory.Length)];
            await ReadExactlyAsync(chunk, cancellationToken).ConfigureAwait(false);
            crc = Crc32C.Append(crc, chunk.Span);
            _hash.Append(chunk.Span);
            await sink(chunk, cancellationToken).ConfigureAwait(false);
            rest -= chunk.Length;
        }

        _rest -= length;
        _crc = Crc32C.Combine(_crc, crc, length);
        UInt128 hash = _hash.GetCurrentHashAsUInt128();
        _hash.Reset();
        if (hash != xxHash128 || crc != crc32C)
        {
            throw BackupException.Corrupted(
                _key, $"XXH128 and CRC32C of its payload are {hash:x32} and {crc:x8} instead of {xxHash128:x32} and {crc32C:x8}");
        }
    }

    /// <summary>Passes over bytes of the payload that nobody wants; the trailer still vouches for them.</summary>
    public async Task SkipAsync(long length, CancellationToken cancellationToken)
    {
        for (long rest = Math.Min(length, _rest); rest > 0;)
        {
            Memory<byte> chunk = _buffer.Memory[..(int)Math.Min(rest, _buffer.Memory.Length)];
            await ReadExactlyAsync(chunk, cancellationToken).ConfigureAwait(false);
            _crc = Crc32C.Append(_crc, chunk.Span);
            rest -= chunk.Length;
            _rest -= chunk.Length;
        }
    }

    /// <summary>Reads what is left, checks the trailer, and that nothing follows.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await SkipAsync(_rest, cancellationToken).ConfigureAwait(false);
        Memory<byte> trailer = _buffer.Memory[..ExtentFrame.TrailerLength];
        await ReadExactlyAsync(trailer, cancellationToken).ConfigureAwait(false);
        uint expected = ExtentFrame.ReadTrailer(trailer.Span);
        if (expected != _crc)
        {
            throw BackupException.Corrupted(_key, $"CRC32C of header and payload is {_crc:x8}, its trailer says {expected:x8}");
        }

        StoredCrc = ExtentFrame.StoredCrc(trailer.Span);
        if (await _stream.ReadAsync(_buffer.Memory[..1], cancellationToken).ConfigureAwait(false) != 0)
        {
            throw BackupException.Corrupted(_key, "it is longer than its header says");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _buffer.Dispose();
    }

    private async Task ReadHeaderAsync(long payloadLength, CancellationToken cancellationToken)
    {
        Memory<byte> header = _buffer.Memory[..ExtentFrame.HeaderLength];
        await ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
        Frame = ExtentFrame.Parse(_key, header.Span);
        _crc = Crc32C.Compute(header.Span);
        _rest = Frame.PayloadLength;
        if (_rest != payloadLength)
        {
            throw BackupException.Corrupted(_key, $"its payload has {_rest} bytes instead of {payloadLength}");
        }
    }

    private async Task ReadExactlyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        await _buffer.PassAsync(target.Length, cancellationToken).ConfigureAwait(false);
        int read = await _stream.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < target.Length)
        {
            throw BackupException.Corrupted(_key, "it is truncated");
        }
    }
}
