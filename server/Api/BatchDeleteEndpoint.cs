using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>Deletes all objects that match a filter.</summary>
internal sealed class BatchDeleteEndpoint(ClassCatalog catalog, Database database, ServerSettings settings, BatchAdmission admission)
{
    private const int StepObjects = 1000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/v1/batch/objects", DeleteAsync);

    private async Task DeleteAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        JsonFields fields = JsonFields.Of(body.RootElement, string.Empty);
        bool dryRun = fields.Flag("dryRun") ?? false;
        string output = fields.Text("output") is { Length: > 0 } given ? given : "minimal";
        if (output is not ("minimal" or "verbose"))
        {
            throw RequestException.Unprocessable($"invalid output: \"{output}\", possible values are: \"minimal\", \"verbose\"");
        }

        JsonElement match = fields.Object("match") ?? throw RequestException.Unprocessable("empty match clause");
        (StoredClass owner, FilterNode filter) = ReadMatch(new JsonFields(match, "match"));
        ShardTarget target = await catalog.ResolveAsync(owner, ObjectRequest.Tenant(context), forWrite: false, context.RequestAborted);
        await admission.EnterAsync(context.RequestAborted);
        try
        {
            List<Guid> ids = await Task.Run(() => Find(target, filter, context.RequestAborted), context.RequestAborted);
            List<Guid> limited = ids.Count > settings.QueryMaximumResults ? ids[..settings.QueryMaximumResults] : ids;
            if (!dryRun)
            {
                await DeleteAsync(target, limited, context.RequestAborted);
            }

            await JsonResponse.WriteAsync(
                context, StatusCodes.Status200OK, json => WriteResult(json, match, output, dryRun, ids.Count, limited));
        }
        finally
        {
            admission.Leave();
        }
    }

    private (StoredClass Target, FilterNode Filter) ReadMatch(JsonFields match)
    {
        string name = match.Text("class") is { Length: > 0 } given ? given : throw RequestException.Unprocessable("empty match.class clause");
        StoredClass target = catalog.Find(name) ?? throw RequestException.Unprocessable($"failed to find class '{name}' in the schema");
        JsonElement where = match.Object("where") ?? throw RequestException.Unprocessable($"empty match.where clause for class '{name}'");
        return (target, new FilterReader(target.Definition).Read(where));
    }

    private List<Guid> Find(ShardTarget target, FilterNode filter, CancellationToken cancellationToken)
    {
        try
        {
            using ReadSnapshot snapshot = database.CreateReadSnapshot();
            return new FilterEvaluator(database, target.Shard, snapshot).Evaluate(filter, cancellationToken);
        }
        catch (DatabaseException) when (target.Shard.Objects.IsDropped)
        {
            throw RequestException.Unprocessable($"class '{target.Class.Name}' was deleted meanwhile");
        }
    }

    // An object that another request deletes first is gone as asked, so it counts as deleted.
    private static async Task DeleteAsync(ShardTarget target, List<Guid> ids, CancellationToken cancellationToken)
    {
        using var window = new WriteWindow();
        foreach (Guid[] step in ids.Chunk(StepObjects))
        {
            window.Clear();
            foreach (Guid id in step)
            {
                window.Add(new ObjectWrite { Id = id, Mode = WriteMode.Delete });
            }

            await target.Shard.CommitAsync(window, target.Class, cancellationToken);
        }
    }

    private void WriteResult(Utf8JsonWriter json, JsonElement match, string output, bool dryRun, int matches, List<Guid> ids)
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
