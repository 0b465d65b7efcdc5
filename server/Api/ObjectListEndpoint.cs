using System.IO.Pipelines;
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
    private const int FlushThreshold = 64 << 10;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/objects", ListAsync);

    private async Task ListAsync(HttpContext context)
    {
        string? className = ObjectRequest.Text(context.Request.Query, "class");
        try
        {
            ObjectRequest.Check(context);
            bool vectors = ObjectRequest.IncludesVectors(context);
            ObjectPage page = ReadPage(context.Request.Query, className);
            await WriteAsync(context, className is null ? [.. catalog.Classes] : [catalog.Get(className)], page, vectors, className is not null);
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
        if (skip + take > settings.QueryMaximumResults)
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

    private async Task WriteAsync(HttpContext context, IReadOnlyList<StoredClass> classes, ObjectPage page, bool vectors, bool named)
    {
        context.Response.ContentType = "application/json";
        PipeWriter output = context.Response.BodyWriter;

        // Not disposed: that would send what is pending when a failure is still to be told by the status.
        var json = new Utf8JsonWriter(output, JsonResponse.WriterOptions);
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
        foreach (StoredClass stored in classes)
        {
            using DatabaseIterator objects = OpenObjects(stored, page.After);
            while (written < page.Limit && objects.MoveNext())
            {
                if (skip > 0)
                {
                    skip--;
                    continue;
                }

                ObjectJson.Write(json, stored.Name, IndexKey.ReadId(objects.Key), ObjectRecord.Read(objects.Value), vectors);
                written++;
                if (json.BytesPending > FlushThreshold)
                {
                    json.Flush();
                    await output.FlushAsync(context.RequestAborted);
                }
            }
        }

        json.WriteEndArray();
        json.WriteNumber("totalResults", written);
        json.WriteEndObject();
        json.Flush();
    }

    private DatabaseIterator OpenObjects(StoredClass stored, Guid? after)
    {
        try
        {
            return database.Scan(stored.Shard.Objects, ScanRange.Between(after is { } id ? FirstKeyAfter(id) : null, null));
        }
        catch (DatabaseException) when (stored.Shard.Objects.IsDropped)
        {
            throw RequestException.NotFound($"class '{stored.Name}' not found");
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
