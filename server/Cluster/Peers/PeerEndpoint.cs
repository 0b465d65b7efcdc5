using Basalt.Server.Api;
using Basalt.Server.Security;

namespace Basalt.Server.Cluster.Peers;

/// <summary>Paths that only nodes of the cluster may use.</summary>
internal static class PeerEndpoint
{
    /// <summary>Lets a path past the access control for clients, and asks for the credentials of nodes instead.</summary>
    public static IEndpointConventionBuilder ForPeers(this IEndpointConventionBuilder endpoint, PeerCredentials credentials)
    {
        endpoint.WithMetadata(OpenEndpoint.Mark);
        endpoint.Finally(built =>
        {
            RequestDelegate next = built.RequestDelegate!;
            built.RequestDelegate = context => credentials.Accept(context.Request.Headers.Authorization)
                ? next(context)
                : throw RequestException.Framework(StatusCodes.Status401Unauthorized, "this path is for nodes of the cluster, with its credentials");
        });
        return endpoint;
    }
}
