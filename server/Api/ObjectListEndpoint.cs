using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;

namespace Basalt.Server.Api;

/// <summary>Lists objects in the order of their ids, in pages or by cursor, or sorted.</summary>
internal sealed class ObjectListEndpoint(ClassCatalog catalog, Database database, ObjectSearcher searcher, ServerSettings settings)
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
            if (ReadSort(context.Request.Query, className) is { Count: > 0 } sort)
            {
                await WriteSortedAsync(context, new ObjectSearch(shards[0]) { Sort = sort, Offset = page.Offset, Limit = page.Limit }, vectors);
                return;
            }

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
        Guid? after = query.ContainsKey("after") ? ReadCursor(query, className, limit, offset) : null;
        long skip = offset ?? 0;
        long take = limit ?? settings.QueryDefaultsLimit;
        PageLimit.Check(settings, skip, take);
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

    /// <summary>Names of properties with commas between, and <c>asc</c> or <c>desc</c> for each.</summary>
    private static List<SortField> ReadSort(IQueryCollection query, string? className)
    {
        if (ObjectRequest.Text(query, "sort") is not { } sort)
        {
            return [];
        }

        if (className is null || query.ContainsKey("after"))
        {
            throw RequestException.Unprocessable(
                className is null ? "sort: the parameter 'sort' needs the parameter 'class'" : "cursor: the parameter 'after' cannot be combined with 'sort'");
        }

        string[] orders = (ObjectRequest.Text(query, "order") ?? string.Empty).Split(',', StringSplitOptions.TrimEntries);
        return [.. sort.Split(',', StringSplitOptions.TrimEntries).Select((name, index) => new SortField(name, IsDescending(orders.ElementAtOrDefault(index))))];
    }

    private static bool IsDescending(string? order) => order switch
    {
        null or "" or "asc" => false,
        "desc" => true,
        _ => throw RequestException.Unprocessable($"invalid order '{order}', possible values are: 'asc', 'desc'"),
    };

    private async Task WriteSortedAsync(HttpContext context, ObjectSearch search, bool vectors)
    {
        using SearchResults results = await searcher.SearchAsync(search, context.RequestAborted);
        context.Response.ContentType = "application/json";
        using var stream = new JsonStream(context.Response.BodyWriter);
        Utf8JsonWriter json = stream.Writer;
        json.WriteStartObject();
        json.WriteStartArray("deprecations");
        json.WriteEndArray();
        json.WriteStartArray("objects");
        foreach (SearchHit hit in results.Hits)
        {
            if (results.TryRead(hit.Id, out ObjectRecord record))
            {
                ObjectJson.Write(json, search.Target.Class.Name, hit.Id, record, vectors, search.Target.Tenant);
            }

            await stream.FlushIfLargeAsync(context.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteNumber("totalResults", results.Hits.Count);
        json.WriteEndObject();
        stream.Complete();
    }

    private async Task WriteAsync(HttpContext context, IReadOnlyList<ShardTarget> shards, ObjectPage page, bool vectors, bool named)
    {
        context.Response.ContentType = "application/json";
        using var stream = new JsonStream(context.Response.BodyWriter);
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
            return database.Scan(target.Shard.Objects, ScanRange.Between(after is { } id ? IndexKey.FirstObjectAfter(id) : null, null));
        }
        catch (DatabaseException) when (target.Shard.Objects.IsDropped)
        {
            return named ? throw RequestException.NotFound($"class '{target.Class.Name}' not found") : null;
        }
    }
}
