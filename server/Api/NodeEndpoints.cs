using System.Buffers;
using System.Text.Json;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Members;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Configuration;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>The state of the nodes: this one, and in a cluster all others as they tell it.</summary>
internal sealed class NodeEndpoints(ClassCatalog catalog, ServerSettings settings, BatchAdmission admission, ClusterNode? cluster)
{
    private const string Peer = "/cluster/v1/node";
    private const string Healthy = "HEALTHY";
    private const string Unhealthy = "UNHEALTHY";
    private const string Unavailable = "UNAVAILABLE";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/nodes", context => WriteAsync(context, null)).WithMetadata(LocalEndpoint.Mark);
        routes.MapGet("/v1/nodes/{class}", context =>
        {
            string name = (string)context.Request.RouteValues["class"]!;
            return WriteAsync(
                context,
                catalog.Find(name) ?? throw RequestException.Handler(StatusCodes.Status404NotFound, $"class '{name}' not found"));
        }).WithMetadata(LocalEndpoint.Mark);
        if (cluster is not null)
        {
            routes.MapGet(Peer, AnswerPeerAsync).ForPeers(cluster.Credentials).WithMetadata(LocalEndpoint.Mark);
        }
    }

    private async Task WriteAsync(HttpContext context, StoredClass? only)
    {
        string output = ObjectRequest.Text(context.Request.Query, "output") ?? "minimal";
        bool isVerbose = output == "verbose";
        if (output is not ("minimal" or "verbose"))
        {
            throw RequestException.Unprocessable($"invalid output: \"{output}\", possible values are: \"minimal\", \"verbose\"");
        }

        byte[][] others = cluster is null ? [] : await AskOthersAsync(cluster, only?.Name, output, context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("nodes");
            WriteNode(json, only is null ? [.. catalog.Classes] : [only], isVerbose);
            foreach (byte[] other in others)
            {
                json.WriteRawValue(other);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Task AnswerPeerAsync(HttpContext context)
    {
        string? name = ObjectRequest.Text(context.Request.Query, "class");
        bool isVerbose = ObjectRequest.Text(context.Request.Query, "output") == "verbose";
        IReadOnlyList<StoredClass> classes = name is null ? [.. catalog.Classes] : catalog.Find(name) is { } only ? [only] : [];
        return JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => WriteNode(json, classes, isVerbose));
    }

    private static async Task<byte[][]> AskOthersAsync(ClusterNode node, string? className, string output, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> names;
        try
        {
            names = [.. (await node.ReadNodesAsync(cancellationToken)).Union(node.Members.Members.Keys, StringComparer.Ordinal)];
        }
        catch (ClusterException)
        {
            // The store is out of reach: what was known last is the best there is.
            names = [.. node.Members.Members.Keys];
        }

        return await Task.WhenAll(names.Where(name => name != node.Self).Order(StringComparer.Ordinal).Select(name => AskAsync(node, name, className, output, cancellationToken)));
    }

    private static async Task<byte[]> AskAsync(ClusterNode node, string name, string? className, string output, CancellationToken cancellationToken)
    {
        try
        {
            if (node.Members.Members.TryGetValue(name, out MemberRecord? member))
            {
                string query = className is null ? $"?output={output}" : $"?output={output}&class={Uri.EscapeDataString(className)}";
                return await node.Peers.GetByteArrayAsync(new Uri(member.Address, Peer + query), cancellationToken);
            }
        }
        catch (Exception silent) when (silent is HttpRequestException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A member that does not answer is shown as one that is not there.
        }

        var missing = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(missing))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("status", Unavailable);
            json.WriteEndObject();
        }

        return missing.WrittenSpan.ToArray();
    }

    private void WriteNode(Utf8JsonWriter json, IReadOnlyList<StoredClass> classes, bool verbose)
    {
        json.WriteStartObject();
        json.WriteString("name", settings.NodeName);
        json.WriteString("status", cluster is { IsFenced: true } ? Unhealthy : Healthy);
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
