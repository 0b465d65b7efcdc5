using System.Net;
using Basalt.Server.Tests.Cluster.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

/// <summary>
/// A client that creates and deletes classes. It sends each change to one node after another until one acknowledges it, and expects all nodes to show that
/// from then on, or to refuse.
/// </summary>
internal sealed class RetryingLibrarian(ProcessCluster cluster) : IDisposable
{
    private const string Class = "/v1/schema/Shelf";

    private readonly ImpatientClient _client = new(cluster, 0);

    /// <summary>How many changes were acknowledged.</summary>
    public int Changes { get; private set; }

    /// <summary>Whether the class is there, as far as the last acknowledged change says.</summary>
    public bool IsThere { get; private set; }

    /// <summary>Changes the schema until told to stop, but ends what it has begun.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            while (!await TryChangeAsync())
            {
                // At another node.
            }

            IsThere = !IsThere;
            Changes++;
            for (int i = 0; i < 3; i++)
            {
                (HttpStatusCode? status, string text) = await _client.SendAsync(HttpMethod.Get, Class);
                HttpStatusCode expected = IsThere ? HttpStatusCode.OK : HttpStatusCode.NotFound;
                Assert.True(
                    status is null or HttpStatusCode.ServiceUnavailable || status == expected,
                    $"the class was {(IsThere ? "created" : "deleted")}, and reading it gives {status}: {text}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<bool> TryChangeAsync()
    {
        if (IsThere)
        {
            return (await _client.SendAsync(HttpMethod.Delete, Class)).Status == HttpStatusCode.OK;
        }

        (HttpStatusCode? status, string text) = await _client.SendAsync(HttpMethod.Post, "/v1/schema", """{"class":"Shelf"}""");
        if (status != HttpStatusCode.UnprocessableEntity)
        {
            return status == HttpStatusCode.OK;
        }

        // An earlier try made it, which this node tells, but not that all others know: begin anew.
        Assert.Contains("already", text, StringComparison.Ordinal);
        while ((await _client.SendAsync(HttpMethod.Delete, Class)).Status != HttpStatusCode.OK)
        {
            // At another node.
        }

        return false;
    }
}
