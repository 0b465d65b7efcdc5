using System.Globalization;
using Basalt.Server.Api;
using Basalt.Server.Cluster.Peers;

namespace Basalt.Server.Cluster.Schema;

/// <summary>Asks other nodes whether they have applied the schema up to a revision, and answers them.</summary>
internal static class SchemaPeers
{
    private const string Route = "/cluster/v1/schema/{revision}";

    // One question; asked again while the other node is a member.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Maps the answer.</summary>
    public static void Map(IEndpointRouteBuilder routes, ClusterNode node) =>
        routes.MapGet(Route, context => AnswerAsync(context, node)).ForPeers(node.Credentials).WithMetadata(LocalEndpoint.Mark);

    /// <summary>Completes when the node at an address says that it has applied all changes up to a revision.</summary>
    /// <exception cref="HttpRequestException">It does not say so.</exception>
    public static async Task AwaitAsync(HttpClient peers, Uri address, long revision, CancellationToken cancellationToken)
    {
        var question = new Uri(address, Route.Replace("{revision}", revision.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        using HttpResponseMessage answer = await peers.GetAsync(question, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task AnswerAsync(HttpContext context, ClusterNode node)
    {
        if (!long.TryParse((string)context.Request.RouteValues["revision"]!, CultureInfo.InvariantCulture, out long revision))
        {
            throw RequestException.Framework(StatusCodes.Status400BadRequest, "the revision is a whole number");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(LongestWait);
        try
        {
            await node.AwaitSchemaAsync(revision, patience.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw RequestException.Framework(
                StatusCodes.Status503ServiceUnavailable, $"node '{node.Self}' has applied the schema up to {node.SchemaRevision}, not {revision}");
        }

        await JsonResponse.EmptyAsync(context, StatusCodes.Status204NoContent);
    }
}
