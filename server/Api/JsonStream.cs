using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Basalt.Server.Objects;

namespace Basalt.Server.Api;

/// <summary>
/// Writes a JSON answer of any length in bounded memory. Nothing reaches the response before the first <see cref="FlushIfLargeAsync"/>
/// that finds enough to send; a failure until then can still be told by its status.
/// </summary>
internal sealed class JsonStream : IDisposable
{
    private const int FlushThreshold = 64 << 10;

    // Not the response itself: what it was handed once goes out with whatever answer follows.
    private readonly PooledBuffer _pending = new(FlushThreshold);
    private readonly PipeWriter _output;

    public JsonStream(PipeWriter output)
    {
        _output = output;
        Writer = new Utf8JsonWriter(_pending, JsonResponse.WriterOptions);
    }

    /// <summary>Takes the answer.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Sends what was written once it is worth it, and waits for a client that reads slowly.</summary>
    public async ValueTask FlushIfLargeAsync(CancellationToken cancellationToken)
    {
        if (_pending.Length + Writer.BytesPending > FlushThreshold)
        {
            Complete();
            await _output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Hands on the rest; it is sent when the request ends.</summary>
    public void Complete()
    {
        Writer.Flush();
        _output.Write(_pending.Written);
        _pending.Truncate(0);
    }

    /// <summary>Forgets what was not handed on.</summary>
    public void Dispose()
    {
        Writer.Reset();
        Writer.Dispose();
        _pending.Dispose();
    }
}
