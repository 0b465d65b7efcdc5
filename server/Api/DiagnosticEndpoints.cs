using Basalt.Server.Cluster;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Api;

/// <summary>What machines read about the server: its figures, and the description of its API.</summary>
internal sealed class DiagnosticEndpoints(MetricsExporter exporter)
{
    private const string Description = "openapi.json";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metrics", context =>
        {
            context.Response.ContentType = MetricsExporter.ContentType;
            return context.Response.WriteAsync(exporter.Collect(), context.RequestAborted);
        }).WithMetadata(LocalEndpoint.Mark);
        routes.MapGet("/v1/openapi.json", async context =>
        {
            context.Response.ContentType = "application/json";
            await using Stream document = typeof(DiagnosticEndpoints).Assembly.GetManifestResourceStream(Description)
                ?? throw new InvalidOperationException($"The server was built without {Description}.");
            await document.CopyToAsync(context.Response.Body, context.RequestAborted);
        }).WithMetadata(LocalEndpoint.Mark);
    }
}
