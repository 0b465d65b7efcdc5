using System.Globalization;
using System.Net;
using System.Text;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

/// <summary>
/// A client that rewrites its own books with more and more pages. It sends each write to one node after another until one acknowledges it, and expects to read that
/// wherever it reads, from then on until it begins the next.
/// </summary>
internal sealed class RetryingWriter(ProcessCluster cluster, int firstBook, int books) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly Random _random = new(firstBook);
    private readonly string[] _nodes = [.. cluster.Nodes];

    /// <summary>The pages that each book was last acknowledged with.</summary>
    public Dictionary<int, long> Acknowledged { get; } = [];

    /// <summary>How often a write had to be sent again.</summary>
    public int Retries { get; private set; }

    /// <summary>Writes until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (long pages = 1; !stop.IsCancellationRequested; pages++)
        {
            int book = firstBook + (int)(pages % books);
            await ExpectAsync(book);
            while (!await TryWriteAsync(book, pages))
            {
                Retries++;
                if (stop.IsCancellationRequested)
                {
                    return;
                }
            }

            Acknowledged[book] = pages;
            await ExpectAsync(book);
        }
    }

    /// <summary>Fails unless the acknowledged writes are among what there is.</summary>
    public void AssertNothingIsLost(IReadOnlyDictionary<int, long> present)
    {
        Assert.NotEmpty(Acknowledged);
        foreach ((int book, long pages) in Acknowledged)
        {
            Assert.True(
                present.TryGetValue(book, out long found) && found >= pages,
                string.Create(CultureInfo.InvariantCulture, $"book {book} was acknowledged with {pages} pages and has {found}"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<bool> TryWriteAsync(int book, long pages)
    {
        string body = $$"""{"objects":[{{Books.Small(book, pages)}}]}""";
        (HttpStatusCode? status, string text) = await SendAsync(HttpMethod.Post, "/v1/batch/objects", ApiClient.Json(Encoding.UTF8.GetBytes(body)));
        return status == HttpStatusCode.OK && text.Contains("SUCCESS", StringComparison.Ordinal);
    }

    /// <summary>Fails if some node shows a book otherwise than it was last acknowledged.</summary>
    private async Task ExpectAsync(int book)
    {
        if (!Acknowledged.TryGetValue(book, out long pages))
        {
            return;
        }

        (HttpStatusCode? status, string text) = await SendAsync(HttpMethod.Get, Books.PathOf(book), null);
        Assert.True(
            status is null or HttpStatusCode.ServiceUnavailable || text.Contains($"\"pages\":{pages}}}", StringComparison.Ordinal),
            $"book {book} was acknowledged with {pages} pages, and reading it gives {status}: {text}");
    }

    /// <returns>The answer of some node; no status if there was none in time.</returns>
    private async Task<(HttpStatusCode? Status, string Text)> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        Uri node = cluster[_nodes[_random.Next(_nodes.Length)]].Address;
        using var request = new HttpRequestMessage(method, new Uri(node, path)) { Content = content };
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
}
