using Basalt.Engine;
using Basalt.Server.Configuration;
using Basalt.Server.Schema;

namespace Basalt.Server.Api;

/// <summary>Puts all endpoints together: the one place that knows every one of them.</summary>
internal static class ApiRoutes
{
    public static void Map(WebApplication application, ServerSettings settings, Database database, ClassCatalog catalog, ILogger logger)
    {
        application.Use(next => new ErrorHandling(next, logger).InvokeAsync);
        application.UseCors(policy => policy.AllowAnyOrigin().AllowAnyMethod().AllowAnyHeader());
        new MetaEndpoints(settings, [], application.Lifetime).Map(application);
    }
}
