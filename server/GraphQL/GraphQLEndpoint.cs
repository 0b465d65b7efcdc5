using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.GraphQL.Execution;
using Basalt.Server.GraphQL.Syntax;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Security;
using Basalt.Server.Shards;

namespace Basalt.Server.GraphQL;

/// <summary>Answers queries. The answer is sent while it is made; what fails becomes null in it and an error behind it.</summary>
internal sealed class GraphQLEndpoint(ClassCatalog catalog, ObjectSearcher searcher, ShardRouter router)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/graphql", AnswerAsync).WithMetadata(ReadOnlyEndpoint.Mark);
        routes.MapPost("/v1/graphql/batch", AnswerAllAsync).WithMetadata(ReadOnlyEndpoint.Mark);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        GraphQLRequest request = GraphQLRequest.Read(JsonFields.Of(body.RootElement, string.Empty));
        context.Response.ContentType = "application/json";
        using var stream = new JsonStream(context.Response.BodyWriter);
        await AnswerAsync(stream, request, context.RequestAborted);
        stream.Complete();
    }

    /// <summary>Answers one query after the other, in an array.</summary>
    private async Task AnswerAllAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        if (body.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.WrongType(string.Empty, "array", body.RootElement);
        }

        List<GraphQLRequest> requests = [.. body.RootElement.EnumerateArray().Select((item, index) => GraphQLRequest.Read(JsonFields.Of(item, $"{index}")))];
        context.Response.ContentType = "application/json";
        using var stream = new JsonStream(context.Response.BodyWriter);
        stream.Writer.WriteStartArray();
        foreach (GraphQLRequest request in requests)
        {
            await AnswerAsync(stream, request, context.RequestAborted);
            await stream.FlushIfLargeAsync(context.RequestAborted);
        }

        stream.Writer.WriteEndArray();
        stream.Complete();
    }

    private Task AnswerAsync(JsonStream stream, GraphQLRequest request, CancellationToken cancellationToken)
    {
        QueryPlan plan;
        try
        {
            QueryDocument document = Parser.Parse(request.Query);
            QueryOperation operation = document.Operation(request.OperationName);
            plan = QueryPlan.Create(catalog, operation, new SelectionCollector(document, new VariableValues(operation, request.Variables)));
        }
        catch (GraphQLException exception)
        {
            stream.Writer.WriteStartObject();
            GraphQLError.WriteAll(stream.Writer, [new GraphQLError(exception.Message, exception.Location, [])]);
            stream.Writer.WriteEndObject();
            return Task.CompletedTask;
        }

        return WriteAsync(stream, plan, cancellationToken);
    }

    private async Task WriteAsync(JsonStream stream, QueryPlan plan, CancellationToken cancellationToken)
    {
        Utf8JsonWriter json = stream.Writer;
        var errors = new List<GraphQLError>();
        json.WriteStartObject();
        json.WriteStartObject("data"u8);
        foreach (QueryPlan.Root root in plan.Roots)
        {
            json.WriteStartObject(root.Key);
            foreach (QueryPlan.Entry entry in root.Entries)
            {
                json.WritePropertyName(entry.Field.Key);
                if (await WriteEntryAsync(stream, entry, cancellationToken) is { } problem)
                {
                    json.WriteNullValue();
                    errors.Add(new GraphQLError(problem, entry.Field.Location, [root.Key, entry.Field.Key]));
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (errors.Count > 0)
        {
            GraphQLError.WriteAll(json, errors);
        }

        json.WriteEndObject();
    }

    /// <returns>Why nothing was written, or null.</returns>
    private async Task<string?> WriteEntryAsync(JsonStream stream, QueryPlan.Entry entry, CancellationToken cancellationToken)
    {
        SearchResults results;
        ClassScope target;
        try
        {
            target = await catalog.ResolveAsync(entry.Target, ClassArguments.ReadTenant(entry.Field), forWrite: false, cancellationToken);
            if (entry.Shape is null)
            {
                JsonElement? where = ClassArguments.ReadFilter(entry.Field);
                WriteCounts(stream.Writer, entry, await searcher.CountAsync(target, where, cancellationToken));
                return null;
            }

            results = await searcher.SearchAsync(ClassArguments.ReadSearch(target, entry.Field), cancellationToken);
        }
        catch (Exception exception) when (exception is RequestException or GraphQLException)
        {
            return exception.Message;
        }

        // What fails from here on fails the request: something of the entry is written already.
        using (results)
        {
            await WriteObjectsAsync(stream, entry.Shape, results, target.Tenant, cancellationToken);
        }

        return null;
    }

    private static void WriteCounts(Utf8JsonWriter json, QueryPlan.Entry entry, long count)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        foreach ((string meta, IReadOnlyList<string> counts) in entry.Counts)
        {
            json.WriteStartObject(meta);
            foreach (string key in counts)
            {
                json.WriteNumber(key, count);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndArray();
    }

    private async Task WriteObjectsAsync(
        JsonStream stream, ObjectShape shape, SearchResults results, string? tenant, CancellationToken cancellationToken)
    {
        var references = new ReferencedObjects(router, tenant, cancellationToken);
        ReferenceSelection? remote = shape.FindRemote(tenant);
        var writer = new ObjectShapeWriter(stream.Writer, references);
        stream.Writer.WriteStartArray();
        for (int i = 0; i < results.Hits.Count; i++)
        {
            if (await results.ReadAsync(i, cancellationToken))
            {
                await references.PrepareAsync(remote, results.CurrentBytes);
                writer.Write(shape, results.Hits[i], results.Certainty(results.Hits[i].Distance), results.Current);
            }

            await stream.FlushIfLargeAsync(cancellationToken);
        }

        stream.Writer.WriteEndArray();
    }
}
