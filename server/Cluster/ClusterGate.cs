using Basalt.Server.Cluster.Clock;

namespace Basalt.Server.Cluster;

/// <summary>
/// What every request passes on a node of a cluster, from clients and from other nodes: a node that is no member refuses, and the clock is kept. A node that ceases to be one ends the
/// requests that it has: what they wait for may not come for as long as it is cut off.
/// </summary>
internal sealed class ClusterGate(RequestDelegate next, ClusterNode node)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<LocalEndpoint>() is not null)
        {
            await next(context);
            return;
        }

        CancellationToken fenced = node.Fenced;
        CancellationToken client = context.RequestAborted;
        node.RequireServing();
        await CausalGate.EnterAsync(context, node.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(client, fenced);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (fenced.IsCancellationRequested && !client.IsCancellationRequested)
        {
            throw node.Interrupted();
        }
        finally
        {
            context.RequestAborted = client;
        }
    }
}
