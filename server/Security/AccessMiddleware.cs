using Basalt.Server.Api;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Security;

/// <summary>Asks <see cref="AccessControl"/> about every HTTP request but those to open endpoints; also about those to paths that do not exist.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, AccessControl access, ILogger logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        EndpointMetadataCollection? metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<OpenEndpoint>() is not null)
        {
            return next(context);
        }

        string method = context.Request.Method;
        string path = context.Request.Path;
        AccessKind kind = HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || metadata?.GetMetadata<ReadOnlyEndpoint>() is not null
            ? AccessKind.Read
            : AccessKind.Write;
        AccessDecision decision = access.Decide(context.Request.Headers.Authorization, kind, $"{method} {path}");
        switch (decision.Outcome)
        {
            case AccessOutcome.Allowed:
                return next(context);
            case AccessOutcome.Forbidden:
                ServerLog.Forbidden(logger, decision.User, method, path);
                throw RequestException.Handler(StatusCodes.Status403Forbidden, decision.Message);
            default:
                ServerLog.Unauthenticated(logger, method, path);
                throw RequestException.Framework(StatusCodes.Status401Unauthorized, decision.Message);
        }
    }
}
