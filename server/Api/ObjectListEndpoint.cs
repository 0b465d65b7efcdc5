using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Api;

/// <summary>Lists objects in the order of their ids, in pages or by cursor.</summary>
internal sealed class ObjectListEndpoint(ClassCatalog catalog, Database database, ServerSettings settings)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/objects", ListAsync);

    private async Task ListAsync(HttpContext context)
    {
        string? className = ObjectRequest.Text(context.Request.Query, "class");
        try
        {
            ObjectRequest.Check(context);
            bool vectors = ObjectRequest.IncludesVectors(context);
            ObjectPage page = ReadPage(context.Request.Query, className);
            string? tenant = ObjectRequest.Tenant(context);
            IReadOnlyList<ShardTarget> shards = className is null
                ? [.. catalog.FindShards(tenant)]
                : [await catalog.ResolveAsync(catalog.Get(className), tenant, forWrite: false, context.RequestAborted)];
            await WriteAsync(context, shards, page, vectors, className is not null);
        }
        catch (RequestException exception) when (className is null && exception.FrameworkCode == 0)
        {
            // By contract the same faults are the server's when no class is named.
            throw RequestException.Handler(StatusCodes.Status500InternalServerError, exception.Message);
        }
    }

    private ObjectPage ReadPage(IQueryCollection query, string? className)
    {
        long? limit = ObjectRequest.Count(query, "limit") is > 0 and var given ? given : null;
        long? offset = ObjectRequest.Count(query, "offset");
        if (ObjectRequest.Text(query, "sort") is not null)
        {
            throw RequestException.Unprocessable("sort is not supported by this version: objects come in the order of their ids");
        }

        Guid? after = query.ContainsKey("after") ? ReadCursor(query, className, limit, offset) : null;
        long skip = offset ?? 0;
        long take = limit ?? settings.QueryDefaultsLimit;

        // Not as a sum, which could overflow.
        if (skip > settings.QueryMaximumResults - take)
        {
            throw RequestException.Unprocessable(
                $"query maximum results exceeded: offset {skip} and limit {take} are more than QUERY_MAXIMUM_RESULTS ({settings.QueryMaximumResults}); use the cursor 'after'");
        }

        return new ObjectPage(skip, take, after);
    }

    private static Guid? ReadCursor(IQueryCollection query, string? className, long? limit, long? offset)
    {
        if (className is null)
        {
            throw RequestException.Unprocessable("cursor: the parameter 'after' needs the parameter 'class'");
        }

        if (offset > 0)
        {
            throw RequestException.Unprocessable("cursor: the parameter 'after' cannot be combined with 'offset'");
        }

        if (limit is null)
        {
            throw RequestException.Unprocessable("cursor: the parameter 'after' needs the parameter 'limit'");
        }

        return ObjectRequest.Text(query, "after") is not { } text ? null
            : ObjectIds.TryParse(text, out Guid id) ? id
            : throw RequestException.Unprocessable($"cursor: 'after' must be a UUID, not '{text}'");
    }

    private async Task WriteAsync(HttpContext context, IReadOnlyList<ShardTarget> shards, ObjectPage page, bool vectors, bool named)
    {
        context.Response.ContentType = "application/json";
        var stream = new JsonStream(context.Response.BodyWriter);
        Utf8JsonWriter json = stream.Writer;
        json.WriteStartObject();
        if (named)
        {
            json.WriteStartArray("deprecations");
            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("deprecations");
        }

        json.WriteStartArray("objects");
        long skip = page.Offset;
        long written = 0;
        foreach (ShardTarget shard in shards)
        {
            using DatabaseIterator? objects = OpenObjects(shard, page.After, named);
            while (written < page.Limit && objects?.MoveNext() == true)
            {
                if (skip > 0)
                {
                    skip--;
                    continue;
                }

                ObjectJson.Write(
                    json, shard.Class.Name, IndexKey.ReadId(objects.Key), ObjectRecord.Read(objects.Value), vectors, shard.Tenant);
                written++;
                await stream.FlushIfLargeAsync(context.RequestAborted);
            }
        }

        json.WriteEndArray();
        json.WriteNumber("totalResults", written);
        json.WriteEndObject();
        stream.Complete();
    }

    /// <summary>Opens the objects of a class; one that was deleted meanwhile has none, unless the request names it.</summary>
    private DatabaseIterator? OpenObjects(ShardTarget target, Guid? after, bool named)
    {
        try
        {
            return database.Scan(target.Shard.Objects, ScanRange.Between(after is { } id ? FirstKeyAfter(id) : null, null));
        }
        catch (DatabaseException) when (target.Shard.Objects.IsDropped)
        {
            return named ? throw RequestException.NotFound($"class '{target.Class.Name}' not found") : null;
        }
    }

    // Keys have one length, so the first key after an id is that id and one more byte.
    private static ReadOnlyMemory<byte>? FirstKeyAfter(Guid id)
    {
        byte[] key = new byte[IndexKey.IdLength + 1];
        IndexKey.WriteId(id, key);
        return key;
    }
}
