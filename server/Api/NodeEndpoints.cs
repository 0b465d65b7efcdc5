using System.Text.Json;
using Basalt.Server.Configuration;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>The state of the nodes: one, this one.</summary>
internal sealed class NodeEndpoints(ClassCatalog catalog, ServerSettings settings, BatchAdmission admission)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/nodes", context => WriteAsync(context, [.. catalog.Classes]));
        routes.MapGet("/v1/nodes/{class}", context =>
        {
            string name = (string)context.Request.RouteValues["class"]!;
            return WriteAsync(
                context,
                [catalog.Find(name) ?? throw RequestException.Handler(StatusCodes.Status404NotFound, $"class '{name}' not found")]);
        });
    }

    private Task WriteAsync(HttpContext context, IReadOnlyList<StoredClass> classes)
    {
        string output = ObjectRequest.Text(context.Request.Query, "output") ?? "minimal";
        return output is "minimal" or "verbose"
            ? JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => WriteNodes(json, classes, output == "verbose"))
            : throw RequestException.Unprocessable($"invalid output: \"{output}\", possible values are: \"minimal\", \"verbose\"");
    }

    private void WriteNodes(Utf8JsonWriter json, IReadOnlyList<StoredClass> classes, bool verbose)
    {
        json.WriteStartObject();
        json.WriteStartArray("nodes");
        json.WriteStartObject();
        json.WriteString("name", settings.NodeName);
        json.WriteString("status", "HEALTHY");
        json.WriteString("version", ServerVersion.Contract);
        json.WriteString("gitHash", ServerVersion.Revision);
        json.WriteStartObject("stats");
        json.WriteNumber("objectCount", classes.Sum(stored => stored.Shards.Sum(shard => shard.ObjectCount)));
        json.WriteNumber("shardCount", classes.Sum(stored => stored.Shards.Count()));
        json.WriteEndObject();
        json.WriteStartObject("batchStats");
        json.WriteNumber("queueLength", admission.Waiting);
        json.WriteNumber("ratePerSecond", admission.RatePerSecond);
        json.WriteEndObject();
        if (verbose)
        {
            WriteShards(json, classes);
        }
        else
        {
            json.WriteNull("shards");
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteShards(Utf8JsonWriter json, IReadOnlyList<StoredClass> classes)
    {
        json.WriteStartArray("shards");
        foreach ((StoredClass stored, Shard shard) in classes.SelectMany(stored => stored.Shards.Select(shard => (stored, shard))))
        {
            json.WriteStartObject();
            json.WriteString("name", shard.Name);
            json.WriteString("class", stored.Name);
            json.WriteNumber("objectCount", shard.ObjectCount);
            json.WriteString("vectorIndexingStatus", shard.IsReadOnly ? "READONLY" : "READY");
            json.WriteBoolean("compressed", false);
            json.WriteNumber("vectorQueueLength", 0);
            json.WriteBoolean("loaded", !stored.Tenants.TryGetValue(shard.Name, out Tenant? tenant) || tenant.Status == TenantStatus.Hot);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
