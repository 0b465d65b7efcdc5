using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;

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
            IReadOnlyList<ClassScope> scopes = className is null
                ? [.. catalog.FindScopes(tenant)]
                : [await catalog.ResolveAsync(catalog.Get(className), tenant, forWrite: false, context.RequestAborted)];
            if (ReadSort(context.Request.Query, className) is { Count: > 0 } sort)
            {
                await WriteSortedAsync(context, new ObjectSearch(scopes[0]) { Sort = sort, Offset = page.Offset, Limit = page.Limit }, vectors);
                return;
            }

            await WriteAsync(context, scopes, page, vectors, className is not null);
        }
        catch (RequestException exception)
            when (className is null && exception.FrameworkCode == 0 && exception.Status != StatusCodes.Status503ServiceUnavailable)
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
        long written = await WriteFoundAsync(stream, results, 0, search.Target, vectors, context.RequestAborted);
        json.WriteEndArray();
        json.WriteNumber("totalResults", written);
        json.WriteEndObject();
        stream.Complete();
    }

    private async Task WriteAsync(HttpContext context, IReadOnlyList<ClassScope> scopes, ObjectPage page, bool vectors, bool named)
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
        foreach (ClassScope scope in scopes)
        {
            if (scope.Shards is [{ Local: { } only }])
            {
                using DatabaseIterator? objects = OpenObjects(scope, only, page.After, named);
                while (written < page.Limit && objects?.MoveNext() == true)
                {
                    if (skip > 0)
                    {
                        skip--;
                        continue;
                    }

                    ObjectJson.Write(
                        json, scope.Class.Name, IndexKey.ReadId(objects.Key), ObjectRecord.Read(objects.Value), vectors, scope.Tenant);
                    written++;
                    await stream.FlushIfLargeAsync(context.RequestAborted);
                }
            }
            else if (written < page.Limit)
            {
                using SearchResults? results = await FindAsync(scope, skip + page.Limit - written, page.After, named, context.RequestAborted);
                if (results is null)
                {
                    continue;
                }

                int passed = (int)Math.Min(skip, results.Hits.Count);
                written += await WriteFoundAsync(stream, results, passed, scope, vectors, context.RequestAborted);
                skip -= passed;
            }
        }

        json.WriteEndArray();
        json.WriteNumber("totalResults", written);
        json.WriteEndObject();
        stream.Complete();
    }

    /// <summary>Finds objects of a class; one that was deleted meanwhile has none, unless the request names it.</summary>
    private async Task<SearchResults?> FindAsync(ClassScope scope, long limit, Guid? after, bool named, CancellationToken cancellationToken)
    {
        try
        {
            return await searcher.SearchAsync(new ObjectSearch(scope) { Limit = limit, After = after?.ToString() }, cancellationToken);
        }
        catch (RequestException) when (!named && (catalog.Find(scope.Class.Name) != scope.Class || scope.Class.FindScope(scope.Tenant) is null))
        {
            return null;
        }
    }

    /// <summary>Writes what was found from a position on.</summary>
    /// <returns>How many objects were written.</returns>
    private static async Task<long> WriteFoundAsync(
        JsonStream stream, SearchResults results, int first, ClassScope scope, bool vectors, CancellationToken cancellationToken)
    {
        long written = 0;
        for (int i = first; i < results.Hits.Count; i++)
        {
            if (await results.ReadAsync(i, cancellationToken))
            {
                ObjectJson.Write(stream.Writer, scope.Class.Name, results.Hits[i].Id, results.Current, vectors, scope.Tenant);
                written++;
            }

            await stream.FlushIfLargeAsync(cancellationToken);
        }

        return written;
    }

    /// <summary>Opens the objects of a class; one that was deleted meanwhile has none, unless the request names it.</summary>
    private DatabaseIterator? OpenObjects(ClassScope scope, Shard shard, Guid? after, bool named)
    {
        try
        {
            return database.Scan(shard.Objects, ScanRange.Between(after is { } id ? IndexKey.FirstObjectAfter(id) : null, null));
        }
        catch (DatabaseException) when (shard.Objects.IsDropped)
        {
            return named ? throw RequestException.NotFound($"class '{scope.Class.Name}' not found") : null;
        }
    }
}
