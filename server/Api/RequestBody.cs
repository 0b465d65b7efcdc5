using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Basalt.Server.Objects;

namespace Basalt.Server.Api;

/// <summary>Reads JSON request bodies.</summary>
internal static class RequestBody
{
    private const int InitialCapacity = 4096;

    private static readonly JsonDocumentOptions DocumentOptions = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// Reads the whole body into pooled memory; the caller disposes it. The bytes are valid UTF-8 without escaped halves of surrogate
    /// pairs; no more is checked.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="turn">Makes room for the body; null if it is of a kind that is always small.</param>
    /// <exception cref="RequestException">415, 400 for bytes that are no text, or 422 for an empty body.</exception>
    /// <exception cref="BadHttpRequestException">The body is larger than allowed (413) or breaks off.</exception>
    public static async Task<PooledBuffer> ReadAsync(HttpContext context, BatchTurn? turn = null)
    {
        RequireJson(context.Request.ContentType);
        int capacity = (int)Math.Clamp(context.Request.ContentLength ?? InitialCapacity, InitialCapacity, 1 << 20);
        await MakeRoomAsync(capacity);
        var buffer = new PooledBuffer(capacity);
        try
        {
            PipeReader reader = context.Request.BodyReader;
            ReadResult result;
            do
            {
                result = await reader.ReadAsync(context.RequestAborted);
                await MakeRoomAsync(buffer.Length + result.Buffer.Length);
                foreach (ReadOnlyMemory<byte> part in result.Buffer)
                {
                    buffer.Append(part.Span);
                }

                reader.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);

            Check(buffer.Written);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        ValueTask MakeRoomAsync(long bytes) => turn?.MakeRoomAsync(bytes, context.RequestAborted) ?? ValueTask.CompletedTask;
    }

    /// <summary>Reads the body as a document; the caller disposes it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="turn">As for <see cref="ReadAsync"/>.</param>
    /// <exception cref="RequestException">As <see cref="ReadAsync"/>, or 400 when it is not JSON.</exception>
    public static async Task<JsonDocument> ReadDocumentAsync(HttpContext context, BatchTurn? turn = null)
    {
        using PooledBuffer buffer = await ReadAsync(context, turn);
        try
        {
            // The copy outlives the pooled buffer.
            return JsonDocument.Parse(buffer.Written.ToArray(), DocumentOptions);
        }
        catch (JsonException exception)
        {
            throw RequestException.MalformedBody(exception.Message);
        }
    }

    private static void Check(ReadOnlySpan<byte> body)
    {
        if (body.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw RequestException.Validation(ValidationCode.Required, "body in body is required");
        }

        if (!Utf8.IsValid(body))
        {
            throw RequestException.MalformedBody("it is not valid UTF-8");
        }

        if (!SurrogateEscapes.ArePaired(body))
        {
            throw RequestException.MalformedBody("it holds an escaped surrogate without its other half");
        }
    }

    private static void RequireJson(string? contentType)
    {
        if (contentType is null)
        {
            return;
        }

        int parameters = contentType.IndexOf(';', StringComparison.Ordinal);
        ReadOnlySpan<char> mediaType = contentType.AsSpan(0, parameters < 0 ? contentType.Length : parameters).Trim();
        if (!mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw RequestException.Framework(
                StatusCodes.Status415UnsupportedMediaType, $"unsupported media type \"{mediaType}\", only [application/json] are allowed");
        }
    }
}
