using Basalt.Engine;
using Basalt.Server.Backups;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Security;

namespace Basalt.Server.Api;

/// <summary>Puts all endpoints together: the one place that knows every one of them.</summary>
internal static class ApiRoutes
{
    public static void Map(
        WebApplication application, ServerSettings settings, Database database, ClassCatalog catalog, BackupModules backups, ILogger logger)
    {
        application.Use(next => new ErrorHandling(next, logger).InvokeAsync);
        application.UseCors(policy => policy.AllowAnyOrigin().AllowAnyMethod().AllowAnyHeader());
        var access = application.Services.GetRequiredService<AccessControl>();
        application.Use(next => new AccessMiddleware(next, access, logger).InvokeAsync);
        var writer = new ObjectWriter(catalog, settings, TimeProvider.System);
        var admission = new BatchAdmission(settings.MaxConcurrentBatches, TimeProvider.System);
        application.Lifetime.ApplicationStopped.Register(admission.Dispose);
        new MetaEndpoints(settings, backups.Descriptions, application.Lifetime).Map(application);
        new DiagnosticEndpoints(application.Services.GetRequiredService<MetricsExporter>()).Map(application);
        new SchemaEndpoints(catalog).Map(application);
        new ObjectEndpoints(catalog, writer).Map(application);
        new ObjectListEndpoint(catalog, database, settings).Map(application);
        new BatchEndpoints(writer, admission).Map(application);
        new BatchDeleteEndpoint(catalog, database, settings, admission).Map(application);
        new BackupEndpoints(backups).Map(application);
        new RestoreEndpoints(backups).Map(application);
        new NodeEndpoints(catalog, settings, admission).Map(application);
    }
}
