using System.Text.Json;
using Basalt.Server.Schema;

namespace Basalt.Server.Api;

/// <summary>Creates, shows, changes and deletes classes.</summary>
internal sealed class SchemaEndpoints(ClassCatalog catalog)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/schema", ListAsync);
        routes.MapPost("/v1/schema", CreateAsync);
        routes.MapGet("/v1/schema/{class}", GetAsync);
        routes.MapPut("/v1/schema/{class}", UpdateAsync);
        routes.MapDelete("/v1/schema/{class}", DeleteAsync);
        routes.MapPost("/v1/schema/{class}/properties", AddPropertyAsync);
        routes.MapGet("/v1/schema/{class}/shards", ListShardsAsync);
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
            ClassName(context), definition => ClassUpdate.Apply(definition, body.RootElement), context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, updated.Definition.WriteTo);
    }

    // By contract also a success when there is no such class.
    private async Task DeleteAsync(HttpContext context) => await catalog.DeleteAsync(ClassName(context), context.RequestAborted);

    private async Task AddPropertyAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        PropertyDefinition added = await catalog.AddPropertyAsync(ClassName(context), body.RootElement, context.RequestAborted);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, added.WriteTo);
    }

    private Task ListShardsAsync(HttpContext context)
    {
        StoredClass stored = catalog.Get(ClassName(context));
        return JsonResponse.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteString("name", stored.Shard.Name);
            writer.WriteString("status", "READY");
            writer.WriteNumber("vectorQueueSize", 0);
            writer.WriteEndObject();
            writer.WriteEndArray();
        });
    }

    private static string ClassName(HttpContext context) => (string)context.Request.RouteValues["class"]!;
}
