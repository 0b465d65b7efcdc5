using Basalt.Server.Backups;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Operations;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;
using Basalt.Server.GraphQL;
using Basalt.Server.Hosting;
using Basalt.Server.Schema;
using Basalt.Server.Security;

namespace Basalt.Server.Api;

/// <summary>Puts all endpoints together: the one place that knows every one of them.</summary>
internal static class ApiRoutes
{
    public static void Map(WebApplication application, ServerParts parts, BackupModules backups, ClusterNode? cluster, ClusterTransfers? transfers, ILogger logger)
    {
        ServerSettings settings = parts.Settings;
        ClassCatalog catalog = parts.Catalog;
        application.Use(next => new ErrorHandling(next, logger).InvokeAsync);
        application.UseCors(policy => policy.AllowAnyOrigin().AllowAnyMethod().AllowAnyHeader());
        var access = application.Services.GetRequiredService<AccessControl>();
        application.Use(next => new AccessMiddleware(next, access, logger).InvokeAsync);
        if (cluster is not null)
        {
            application.Use(next => new ClusterGate(next, cluster).InvokeAsync);
            SchemaPeers.Map(application, cluster);
        }

        new MetaEndpoints(settings, backups.Descriptions, application.Lifetime, cluster).Map(application);
        new DiagnosticEndpoints(application.Services.GetRequiredService<MetricsExporter>()).Map(application);
        new SchemaEndpoints(catalog).Map(application);
        new AliasEndpoints(catalog).Map(application);
        new TenantEndpoints(catalog).Map(application);
        new ObjectEndpoints(catalog, parts.Writer, parts.Router, parts.Admission).Map(application);
        new ObjectListEndpoint(catalog, parts.Database, parts.Searcher, settings).Map(application);
        new BatchEndpoints(parts.Writer, parts.Router, parts.Admission).Map(application);
        new ReferenceEndpoints(catalog, parts.ReferenceRules, parts.ReferenceWriter, parts.References, parts.Admission).Map(application);
        new BatchDeleteEndpoint(catalog, parts.Deletion, settings, parts.Admission).Map(application);
        new GraphQLEndpoint(catalog, parts.Searcher, parts.Router).Map(application);
        new BackupEndpoints(backups, transfers).Map(application);
        new RestoreEndpoints(backups, transfers).Map(application);
        new MaintenanceEndpoints(backups, transfers).Map(application);
        new NodeEndpoints(catalog, settings, parts.Admission, cluster).Map(application);
        parts.Peers?.Map(application);
    }
}
