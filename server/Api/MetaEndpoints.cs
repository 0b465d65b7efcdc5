using System.Text.Json;
using Basalt.Server.Cluster;
using Basalt.Server.Configuration;
using Basalt.Server.Modules;
using Basalt.Server.Security;

namespace Basalt.Server.Api;

/// <summary>What the server is, and whether it is up.</summary>
internal sealed class MetaEndpoints(
    ServerSettings settings, IReadOnlyList<ModuleDescription> modules, IHostApplicationLifetime lifetime, ClusterNode? cluster)
{
    private static readonly (string Path, string Name)[] Links =
    [
        ("/v1/meta", "Meta information about this instance/cluster"),
        ("/v1/schema", "view complete schema"),
        ("/v1/schema/{:className}", "view or modify one class"),
        ("/v1/objects", "CRUD operations on objects"),
        ("/v1/objects/{:className}/{:id}", "CRUD operations on one object"),
        ("/v1/batch/objects", "import or delete objects in batches"),
        ("/v1/graphql", "query and count objects with GraphQL"),
        ("/v1/backups/{:backend}", "create and list backups"),
        ("/v1/backups/{:backend}/{:id}/restore", "restore a backup"),
        ("/v1/nodes", "status of the nodes"),
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder local = routes.MapGroup(string.Empty);
        local.WithMetadata(LocalEndpoint.Mark);
        local.MapGet("/", context =>
        {
            context.Response.Headers.Location = "/v1";
            return JsonResponse.EmptyAsync(context, StatusCodes.Status301MovedPermanently);
        });
        local.MapGet("/v1", WriteLinksAsync);
        local.MapGet("/v1/meta", WriteMetaAsync);
        local.MapGet("/v1/.well-known/live", context => JsonResponse.EmptyAsync(context, StatusCodes.Status200OK))
            .WithMetadata(OpenEndpoint.Mark);
        local.MapGet("/v1/.well-known/ready", context => JsonResponse.EmptyAsync(
            context,
            lifetime.ApplicationStopping.IsCancellationRequested || cluster is { IsFenced: true } ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK))
            .WithMetadata(OpenEndpoint.Mark);
        local.MapGet("/v1/.well-known/openid-configuration", context => JsonResponse.EmptyAsync(context, StatusCodes.Status404NotFound))
            .WithMetadata(OpenEndpoint.Mark);
    }

    private Task WriteMetaAsync(HttpContext context) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("hostname", Origin(context));
            writer.WriteString("version", ServerVersion.Contract);
            writer.WriteStartObject("modules");
            foreach (ModuleDescription module in modules)
            {
                writer.WritePropertyName(module.Name);
                module.Details.WriteTo(writer);
            }

            writer.WriteEndObject();

            // Clients size their messages by it.
            writer.WriteNumber("grpcMaxMessageSize", settings.Grpc?.MaxMessageBytes ?? GrpcSettings.DefaultMaxMessageBytes);
            writer.WriteEndObject();
        });

    private Task WriteLinksAsync(HttpContext context) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("links");
            foreach ((string path, string name) in Links)
            {
                WriteLink(writer, Origin(context) + path, name);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static void WriteLink(Utf8JsonWriter writer, string href, string name)
    {
        writer.WriteStartObject();
        writer.WriteString("href", href);
        writer.WriteString("name", name);
        writer.WriteEndObject();
    }

    private string Origin(HttpContext context) => settings.Origin ?? $"{context.Request.Scheme}://{context.Request.Host}";
}
