using System.Globalization;
using System.Net;
using Basalt.Server.Tests.Cluster.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

/// <summary>
/// A client that rewrites its own books with more and more pages. It sends each write to one node after another until one acknowledges it, and expects to read that
/// wherever it reads, from then on until it begins the next.
/// </summary>
internal sealed class RetryingWriter(ProcessCluster cluster, int firstBook, int books) : IDisposable
{
    private readonly ImpatientClient _client = new(cluster, firstBook);

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
    public void Dispose() => _client.Dispose();

    private async Task<bool> TryWriteAsync(int book, long pages)
    {
        (HttpStatusCode? status, string text) = await _client.SendAsync(HttpMethod.Post, "/v1/batch/objects", $$"""{"objects":[{{Books.Small(book, pages)}}]}""");
        return status == HttpStatusCode.OK && text.Contains("SUCCESS", StringComparison.Ordinal);
    }

    /// <summary>Fails if some node shows a book otherwise than it was last acknowledged.</summary>
    private async Task ExpectAsync(int book)
    {
        if (!Acknowledged.TryGetValue(book, out long pages))
        {
            return;
        }

        (HttpStatusCode? status, string text) = await _client.SendAsync(HttpMethod.Get, Books.PathOf(book));
        Assert.True(
            status is null or HttpStatusCode.ServiceUnavailable || text.Contains($"\"pages\":{pages}}}", StringComparison.Ordinal),
            $"book {book} was acknowledged with {pages} pages, and reading it gives {status}: {text}");
    }
}
