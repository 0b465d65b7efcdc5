using System.Text.Json;
using Basalt.Server.Objects;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>Imports many objects with one request.</summary>
internal sealed class BatchEndpoints(ObjectWriter writer, ShardRouter router, BatchAdmission admission)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/batch/objects", ImportAsync);

    private async Task ImportAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        using BatchTurn turn = admission.ForBatch();
        using PooledBuffer body = await RequestBody.ReadAsync(context, turn);
        await turn.EnterAsync(context.RequestAborted);
        List<ObjectDraft> drafts = new ObjectDraftReader().ReadBatch(body.Written);
        using var import = new BatchImport(writer, router, body.WrittenMemory, drafts);
        await AnswerAsync(context, import, body.WrittenMemory);
    }

    private async Task AnswerAsync(HttpContext context, BatchImport import, ReadOnlyMemory<byte> body)
    {
        using var stream = new JsonStream(context.Response.BodyWriter);
        Utf8JsonWriter json = stream.Writer;
        bool started = false;
        while (await import.MoveNextAsync(context.RequestAborted))
        {
            if (!started)
            {
                // Not before the first objects are safe: a failure until then can still be told by its status.
                context.Response.ContentType = "application/json";
                json.WriteStartArray();
                started = true;
            }

            foreach (BatchItem item in import.Items)
            {
                WriteItem(json, item, body.Span);
                await stream.FlushIfLargeAsync(context.RequestAborted);
            }

            admission.AddObjects(import.Items.Count);
        }

        json.WriteEndArray();
        stream.Complete();
    }

    private static void WriteItem(Utf8JsonWriter json, in BatchItem item, ReadOnlySpan<byte> body)
    {
        json.WriteStartObject();
        if (item.Problem is { } problem)
        {
            WriteRefused(json, item, body);
            json.WriteNull("deprecations"u8);
            json.WriteStartObject("result"u8);
            json.WritePropertyName("errors"u8);
            JsonResponse.WriteHandlerError(json, problem);
            json.WriteString("status"u8, "FAILED"u8);
        }
        else
        {
            ref readonly ObjectWrite write = ref item.Window!.Writes[item.Index];
            ObjectJson.WriteMembers(
                json,
                item.Target!.Value.Class.Name,
                write.Id,
                ObjectRecord.Read(item.Window.Record(write)),
                includeVectors: true,
                item.Target.Value.Tenant);
            json.WriteNull("deprecations"u8);
            json.WriteStartObject("result"u8);
            json.WriteString("status"u8, "SUCCESS"u8);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The object as it came.</summary>
    private static void WriteRefused(Utf8JsonWriter json, in BatchItem item, ReadOnlySpan<byte> body)
    {
        json.WriteString("class"u8, item.Target?.Class.Name ?? item.Draft.ClassName ?? string.Empty);
        json.WriteString("id"u8, item.Draft.Id);
        if (item.Draft.Tenant is { } tenant)
        {
            json.WriteString("tenant"u8, tenant);
        }

        if (body[item.Draft.Properties] is { IsEmpty: false } properties)
        {
            json.WritePropertyName("properties"u8);
            json.WriteRawValue(properties, skipInputValidation: true);
        }
    }
}
