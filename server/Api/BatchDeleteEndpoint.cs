using System.Text.Json;
using Basalt.Server.Configuration;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Api;

/// <summary>Deletes all objects that match a filter.</summary>
internal sealed class BatchDeleteEndpoint(ClassCatalog catalog, BatchDeletion deletion, ServerSettings settings, BatchAdmission admission)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/batch/objects", DeleteAsync);

    private async Task DeleteAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        using BatchTurn turn = admission.ForBatch();
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context, turn);
        JsonFields fields = JsonFields.Of(body.RootElement, string.Empty);
        bool dryRun = fields.Flag("dryRun") ?? false;
        string output = fields.Text("output") is { Length: > 0 } given ? given : "minimal";
        if (output is not ("minimal" or "verbose"))
        {
            throw RequestException.Unprocessable($"invalid output: \"{output}\", possible values are: \"minimal\", \"verbose\"");
        }

        JsonElement match = fields.Object("match") ?? throw RequestException.Unprocessable("empty match clause");
        (StoredClass owner, JsonElement where) = ReadMatch(new JsonFields(match, "match"));
        ClassScope target = await catalog.ResolveAsync(owner, ObjectRequest.Tenant(context), forWrite: false, context.RequestAborted);
        await turn.EnterAsync(context.RequestAborted);
        (int matches, IReadOnlyList<Guid> ids) = await deletion.RunAsync(target, where, dryRun, context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => WriteResult(json, match, output, dryRun, matches, ids));
    }

    private (StoredClass Target, JsonElement Where) ReadMatch(JsonFields match)
    {
        string name = match.Text("class") is { Length: > 0 } given ? given : throw RequestException.Unprocessable("empty match.class clause");
        StoredClass target = catalog.Find(name) ?? throw RequestException.Unprocessable($"failed to find class '{name}' in the schema");
        JsonElement where = match.Object("where") ?? throw RequestException.Unprocessable($"empty match.where clause for class '{name}'");
        return (target, where);
    }

    private void WriteResult(Utf8JsonWriter json, JsonElement match, string output, bool dryRun, int matches, IReadOnlyList<Guid> ids)
    {
        json.WriteStartObject();
        json.WritePropertyName("match");
        match.WriteTo(json);
        json.WriteString("output", output);
        json.WriteBoolean("dryRun", dryRun);
        json.WriteStartObject("results");
        json.WriteNumber("matches", matches);
        json.WriteNumber("limit", settings.QueryMaximumResults);
        json.WriteNumber("successful", dryRun ? 0 : ids.Count);
        json.WriteNumber("failed", 0);
        if (output == "verbose")
        {
            json.WriteStartArray("objects");
            foreach (Guid id in ids)
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteString("status", dryRun ? "DRYRUN" : "SUCCESS");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("objects");
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
