using System.Text.Json;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>Creates, shows, changes and deletes classes.</summary>
internal sealed class SchemaEndpoints(ClassCatalog catalog)
{
    private const string Ready = "READY";
    private const string ReadOnly = "READONLY";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/schema", ListAsync);
        routes.MapPost("/v1/schema", CreateAsync);
        routes.MapGet("/v1/schema/{class}", GetAsync);
        routes.MapPut("/v1/schema/{class}", UpdateAsync);
        routes.MapDelete("/v1/schema/{class}", DeleteAsync);
        routes.MapPost("/v1/schema/{class}/properties", AddPropertyAsync);
        routes.MapGet("/v1/schema/{class}/shards", ListShardsAsync);
        routes.MapPut("/v1/schema/{class}/shards/{shard}", UpdateShardAsync);
    }

    private Task ListAsync(HttpContext context) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("classes");
            foreach (StoredClass stored in catalog.Classes)
            {
                stored.Definition.WriteTo(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private async Task CreateAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        StoredClass created = await catalog.CreateAsync(body.RootElement, context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, created.Definition.WriteTo);
    }

    private Task GetAsync(HttpContext context) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, catalog.Get(ClassName(context)).Definition.WriteTo);

    private async Task UpdateAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        StoredClass updated = await catalog.UpdateAsync(
            FindNamed(context, StatusCodes.Status404NotFound).Name, definition => ClassUpdate.Apply(definition, body.RootElement), context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, updated.Definition.WriteTo);
    }

    // By contract also a success when there is no such class.
    private async Task DeleteAsync(HttpContext context) => await catalog.DeleteAsync(ClassName(context), context.RequestAborted);

    private async Task AddPropertyAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        PropertyDefinition added = await catalog.AddPropertyAsync(
            FindNamed(context, StatusCodes.Status422UnprocessableEntity).Name, body.RootElement, context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, added.WriteTo);
    }

    private Task ListShardsAsync(HttpContext context)
    {
        StoredClass stored = FindNamed(context, StatusCodes.Status404NotFound);
        IEnumerable<Shard> shards = ObjectRequest.Tenant(context) is { } tenant
            ? stored.ScopeOf(tenant).Shards.Select(shard => shard.Local).OfType<Shard>()
            : stored.Shards;
        return JsonResponse.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            foreach (Shard shard in shards)
            {
                writer.WriteStartObject();
                writer.WriteString("name", shard.Name);
                writer.WriteString("status", StatusOf(shard));
                writer.WriteNumber("vectorQueueSize", 0);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private async Task UpdateShardAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        string? status = JsonFields.Of(body.RootElement, string.Empty).Text("status");
        StoredClass stored = FindNamed(context, StatusCodes.Status404NotFound);
        string name = (string)context.Request.RouteValues["shard"]!;
        Shard shard = stored.Shards.FirstOrDefault(other => other.Name == name)
            ?? throw RequestException.Handler(StatusCodes.Status404NotFound, $"class '{stored.Name}' has no shard '{name}'");
        if (status is not (Ready or ReadOnly))
        {
            throw RequestException.Unprocessable($"class '{stored.Name}': shard status '{status}' is not one of [{Ready} {ReadOnly}]");
        }

        await shard.SetReadOnlyAsync(status == ReadOnly, context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", status);
            writer.WriteEndObject();
        });
    }

    private static string StatusOf(Shard shard) => shard.IsReadOnly ? ReadOnly : Ready;

    /// <summary>The class in the path, for requests whose answer names it when it is missing.</summary>
    private StoredClass FindNamed(HttpContext context, int missing) =>
        catalog.Find(ClassName(context)) ?? throw RequestException.Handler(missing, $"class '{ClassName(context)}' not found in schema");

    private static string ClassName(HttpContext context) => (string)context.Request.RouteValues["class"]!;
}
