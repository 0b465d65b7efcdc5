using System.Net;
using System.Text;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

/// <summary>Asks any node of a cluster, and does not wait long for an answer.</summary>
internal sealed class ImpatientClient(ProcessCluster cluster, int seed) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Random _random = new(seed);
    private readonly string[] _nodes = [.. cluster.Nodes];

    /// <returns>The answer of some node; no status if there was none in time.</returns>
    public async Task<(HttpStatusCode? Status, string Text)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        Uri node = cluster[_nodes[_random.Next(_nodes.Length)]].Address;
        using var request = new HttpRequestMessage(method, new Uri(node, path)) { Content = json is null ? null : ApiClient.Json(Encoding.UTF8.GetBytes(json)) };
        try
        {
            using HttpResponseMessage answer = await _http.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception none) when (none is HttpRequestException or OperationCanceledException)
        {
            return (null, none.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
