using Basalt.Server.Cluster.Clock;

namespace Basalt.Server.Cluster;

/// <summary>What every request passes on a node of a cluster, from clients and from other nodes: a node that is no member refuses, and the clock is kept.</summary>
internal sealed class ClusterGate(RequestDelegate next, ClusterNode node)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<LocalEndpoint>() is null)
        {
            node.RequireServing();
            await CausalGate.EnterAsync(context, node.Clock);
        }

        await next(context);
    }
}
