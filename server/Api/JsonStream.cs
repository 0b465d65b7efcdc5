using System.IO.Pipelines;
using System.Text.Json;

namespace Basalt.Server.Api;

/// <summary>
/// Writes a JSON answer of any length in bounded memory. Nothing is sent before the first <see cref="FlushIfLargeAsync"/> that finds
/// enough to send; a failure until then can still be told by its status.
/// </summary>
internal sealed class JsonStream
{
    private const int FlushThreshold = 64 << 10;

    private readonly PipeWriter _output;
    private long _flushed;

    public JsonStream(PipeWriter output)
    {
        _output = output;

        // Never disposed: that would send what is pending when a failure is still to be told by the status.
        Writer = new Utf8JsonWriter(output, JsonResponse.WriterOptions);
    }

    /// <summary>Takes the answer.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>
    /// Sends what was written once it is worth it, and waits for a client that reads slowly. Counts what the writer has handed on
    /// too: it keeps only a few KiB pending itself.
    /// </summary>
    public async ValueTask FlushIfLargeAsync(CancellationToken cancellationToken)
    {
        if (Writer.BytesCommitted + Writer.BytesPending - _flushed > FlushThreshold)
        {
            Writer.Flush();
            _flushed = Writer.BytesCommitted;
            await _output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Hands on the rest; it is sent when the request ends.</summary>
    public void Complete() => Writer.Flush();
}
