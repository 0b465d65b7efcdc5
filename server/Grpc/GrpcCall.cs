using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using Basalt.Server.Objects;
using Google.Protobuf;

namespace Basalt.Server.Grpc;

/// <summary>One unary call: reads its message and answers it.</summary>
internal sealed class GrpcCall : IDisposable
{
    private readonly HttpContext _context;
    private readonly CancellationTokenSource _cancellation;
    private readonly int _maxMessageBytes;
    private readonly long _started = Stopwatch.GetTimestamp();

    public GrpcCall(HttpContext context, int maxMessageBytes)
    {
        _context = context;
        _maxMessageBytes = maxMessageBytes;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        switch (CallDeadline.Parse(context.Request.Headers["grpc-timeout"]))
        {
            case null:
                break;
            case { Ticks: 0 }:
                _cancellation.Cancel();
                break;
            case { } timeout:
                _cancellation.CancelAfter(timeout);
                break;
        }
    }

    /// <summary>Set when the client goes away, its deadline passes, or the server ends the call.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Whether the server ended the call.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Ends the call.</summary>
    public void Interrupt()
    {
        IsInterrupted = true;
        _cancellation.Cancel();
    }

    /// <summary>Seconds since the call began.</summary>
    public float Took => (float)Stopwatch.GetElapsedTime(_started).TotalSeconds;

    /// <summary>The most bytes of a message, in either direction.</summary>
    public int MaxMessageBytes => _maxMessageBytes;

    /// <summary>Reads the message whole; the caller disposes it.</summary>
    /// <param name="maxBytes">The most bytes that the call may have.</param>
    /// <exception cref="GrpcException">It is too large or malformed.</exception>
    public Task<PooledBuffer> ReadAsync(int maxBytes) => MessageReader.ReadAsync(
        _context.Request.BodyReader, _context.Request.Headers["grpc-encoding"], Math.Min(maxBytes, _maxMessageBytes), Cancellation);

    /// <summary>Reads and parses the message.</summary>
    /// <exception cref="GrpcException">It is too large or malformed.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is no message of that type.</exception>
    public async Task<T> ReadAsync<T>(MessageParser<T> parser, int maxBytes)
        where T : IMessage<T>
    {
        using PooledBuffer message = await ReadAsync(maxBytes);
        return parser.WithDiscardUnknownFields(true).ParseFrom(message.Written);
    }

    /// <summary>Answers with a message.</summary>
    public async Task ReplyAsync(IMessage reply)
    {
        int length = reply.CalculateSize();
        PipeWriter body = Begin(length);
        reply.WriteTo(body);
        await body.FlushAsync(Cancellation);
    }

    /// <summary>Answers with a message that is encoded already.</summary>
    public async Task ReplyAsync(ReadOnlyMemory<byte> reply)
    {
        Begin(reply.Length);
        await _context.Response.BodyWriter.WriteAsync(reply, Cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    private PipeWriter Begin(int length)
    {
        _context.Response.ContentType = GrpcServer.ContentType;
        PipeWriter body = _context.Response.BodyWriter;
        Span<byte> header = body.GetSpan(MessageReader.HeaderLength);
        header[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
        body.Advance(MessageReader.HeaderLength);
        return body;
    }
}
