using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using Basalt.Server.Objects;

namespace Basalt.Server.Grpc;

/// <summary>
/// Reads the one message of a unary call: <c>compressed (u8) | length (u32, big-endian) | message</c>. Memory grows with what has
/// really arrived, not with what the length promises.
/// </summary>
internal static class MessageReader
{
    /// <summary>Bytes in front of a message.</summary>
    public const int HeaderLength = 1 + sizeof(uint);

    private const int InitialCapacity = 64 << 10;

    /// <summary>Reads the message, decompressed; the caller disposes it.</summary>
    /// <param name="body">The body of the request.</param>
    /// <param name="encoding">The header <c>grpc-encoding</c>.</param>
    /// <param name="maxBytes">Bytes of the largest message allowed, before and after it is decompressed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GrpcException">The message is too large, malformed, or compressed in an unknown way.</exception>
    public static async Task<PooledBuffer> ReadAsync(PipeReader body, string? encoding, int maxBytes, CancellationToken cancellationToken)
    {
        (bool isCompressed, int length) = await ReadHeaderAsync(body, maxBytes, cancellationToken);
        var message = new PooledBuffer(Math.Clamp(length, 1, InitialCapacity));
        try
        {
            await ReadMessageAsync(body, message, length, cancellationToken);
            return isCompressed ? Decompress(message, encoding, maxBytes) : message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    private static async Task<(bool IsCompressed, int Length)> ReadHeaderAsync(PipeReader body, int maxBytes, CancellationToken cancellationToken)
    {
        ReadResult result = await body.ReadAtLeastAsync(HeaderLength, cancellationToken);
        if (result.Buffer.Length < HeaderLength)
        {
            throw GrpcException.InvalidArgument("the call has no message");
        }

        (byte flag, uint length) = Parse(result.Buffer);
        body.AdvanceTo(result.Buffer.GetPosition(HeaderLength));
        return flag > 1 ? throw GrpcException.InvalidArgument($"the message begins with {flag} instead of 0 or 1")
            : length > maxBytes ? throw TooLarge(length, maxBytes)
            : (flag == 1, (int)length);
    }

    private static (byte Flag, uint Length) Parse(ReadOnlySequence<byte> buffer)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        return (header[0], BinaryPrimitives.ReadUInt32BigEndian(header[1..]));
    }

    private static async Task ReadMessageAsync(PipeReader body, PooledBuffer message, int length, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await body.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                if (message.Length + part.Length > length)
                {
                    throw GrpcException.InvalidArgument("the call has more than one message");
                }

                message.Append(part.Span);
            }

            body.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        if (message.Length < length)
        {
            throw GrpcException.InvalidArgument("the message breaks off");
        }
    }

    private static PooledBuffer Decompress(PooledBuffer compressed, string? encoding, int maxBytes)
    {
        if (encoding != "gzip")
        {
            throw GrpcException.Unimplemented($"messages are compressed with 'gzip' or not at all, not with '{encoding}'");
        }

        var message = new PooledBuffer(InitialCapacity);
        try
        {
            using var source = new MemoryStream(compressed.WrittenMemory.ToArray(), writable: false);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            int read;
            while ((read = gzip.Read(message.GetSpan(InitialCapacity))) > 0)
            {
                message.Advance(read);
                if (message.Length > maxBytes)
                {
                    throw TooLarge(message.Length, maxBytes);
                }
            }

            compressed.Dispose();
            return message;
        }
        catch (InvalidDataException exception)
        {
            message.Dispose();
            throw GrpcException.InvalidArgument($"the message is no gzip: {exception.Message}");
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    private static GrpcException TooLarge(long length, int maxBytes) => GrpcException.ResourceExhausted(string.Create(
        CultureInfo.InvariantCulture, $"the message has {length} bytes or more; this call takes up to {maxBytes}"));
}
