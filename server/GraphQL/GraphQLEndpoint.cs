using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.GraphQL.Execution;
using Basalt.Server.GraphQL.Syntax;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Security;

namespace Basalt.Server.GraphQL;

/// <summary>Answers queries. The answer is sent while it is made; what fails becomes null in it and an error behind it.</summary>
internal sealed class GraphQLEndpoint(ClassCatalog catalog, ObjectSearcher searcher)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/graphql", AnswerAsync).WithMetadata(ReadOnlyEndpoint.Mark);

    private async Task AnswerAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        JsonFields fields = JsonFields.Of(body.RootElement, string.Empty);
        string query = fields.Text("query") is { Length: > 0 } given ? given : throw RequestException.Unprocessable("query cannot be empty");
        string? operationName = fields.Text("operationName");
        JsonElement? variables = fields.Object("variables");
        QueryPlan plan;
        try
        {
            QueryDocument document = Parser.Parse(query);
            QueryOperation operation = document.Operation(operationName);
            plan = QueryPlan.Create(catalog, operation, new SelectionCollector(document, new VariableValues(operation, variables)));
        }
        catch (GraphQLException exception)
        {
            await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
            {
                json.WriteStartObject();
                GraphQLError.WriteAll(json, [new GraphQLError(exception.Message, exception.Location, [])]);
                json.WriteEndObject();
            });
            return;
        }

        await WriteAsync(context, plan);
    }

    private async Task WriteAsync(HttpContext context, QueryPlan plan)
    {
        context.Response.ContentType = "application/json";
        var stream = new JsonStream(context.Response.BodyWriter);
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
                if (await WriteEntryAsync(stream, entry, context.RequestAborted) is { } problem)
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
        stream.Complete();
    }

    /// <returns>Why nothing was written, or null.</returns>
    private async Task<string?> WriteEntryAsync(JsonStream stream, QueryPlan.Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            string? tenant = ClassArguments.ReadTenant(entry.Field);
            ShardTarget target = await catalog.ResolveAsync(entry.Target, tenant, forWrite: false, cancellationToken);
            if (entry.Shape is null)
            {
                JsonElement? where = ClassArguments.ReadFilter(entry.Field);
                WriteCounts(stream.Writer, entry, await searcher.CountAsync(target, where, cancellationToken));
                return null;
            }

            ObjectSearch search = ClassArguments.ReadSearch(target, entry.Field);
            using SearchResults results = await searcher.SearchAsync(search, cancellationToken);
            await WriteObjectsAsync(stream, entry.Shape, results, search.Target.Tenant, cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is RequestException or GraphQLException)
        {
            // Both are thrown before the first object is written.
            return exception.Message;
        }
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

    private static async Task WriteObjectsAsync(
        JsonStream stream, ObjectShape shape, SearchResults results, string? tenant, CancellationToken cancellationToken)
    {
        stream.Writer.WriteStartArray();
        foreach (SearchHit hit in results.Hits)
        {
            if (results.TryRead(hit.Id, out ObjectRecord record))
            {
                ObjectShapeWriter.Write(stream.Writer, shape, hit.Id, record, tenant, hit.Distance, results.Certainty(hit.Distance));
            }

            await stream.FlushIfLargeAsync(cancellationToken);
        }

        stream.Writer.WriteEndArray();
    }
}
