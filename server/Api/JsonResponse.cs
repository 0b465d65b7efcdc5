using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Basalt.Server.Api;

/// <summary>Writes JSON answers.</summary>
internal static class JsonResponse
{
    /// <summary>
    /// Answers carry user text as it came, not escaped for HTML: they are <c>application/json</c> and never embedded in pages. The
    /// writers emit only what was validated before, so the second check is left out.
    /// </summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Answers with a document that fits in memory.</summary>
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(writer);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    /// <summary>Answers with a status and no body.</summary>
    public static Task EmptyAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Answers with an error of either shape.</summary>
    public static Task ErrorAsync(HttpContext context, RequestException error) =>
        !error.HasBody ? EmptyAsync(context, error.Status) : WriteAsync(context, error.Status, writer =>
        {
            if (error.FrameworkCode != 0)
            {
                writer.WriteStartObject();
                writer.WriteNumber("code", error.FrameworkCode);
                writer.WriteString("message", error.Message);
                writer.WriteEndObject();
            }
            else
            {
                WriteHandlerError(writer, error.Message);
            }
        });

    /// <summary>Writes <c>{"error":[{"message":...}]}</c>.</summary>
    public static void WriteHandlerError(Utf8JsonWriter writer, string message)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("error");
        writer.WriteStartObject();
        writer.WriteString("message", message);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
