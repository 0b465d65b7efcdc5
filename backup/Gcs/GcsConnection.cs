using System.Net.Http.Headers;

namespace Basalt.Backup.Gcs;

/// <summary>The HTTP connections to a server, with the tokens that it wants. Thread-safe.</summary>
internal sealed class GcsConnection : IDisposable
{
    private readonly HttpClient _client;
    private readonly AccessTokens? _tokens;

    /// <param name="options">The server.</param>
    /// <param name="tokens">What requests carry, or null.</param>
    public GcsConnection(GcsBackendOptions options, AccessTokens? tokens)
    {
        Endpoint = options.Endpoint;
        ResumableThreshold = options.ResumableThresholdBytes;
        _tokens = tokens;
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MaxConnections,

            // So that changes of the server's addresses are noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),

            // A session answers 308 for "go on", which is no redirection.
            AllowAutoRedirect = false,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("basalt", typeof(GcsConnection).Assembly.GetName().Version?.ToString(3)));
    }

    public Uri Endpoint { get; }

    public long ResumableThreshold { get; }

    /// <summary>Uploads that broke off; the layer above tries again, and they go on.</summary>
    public UploadSessions Sessions { get; } = new();

    /// <summary>Sends a request and returns with the head of the answer, whatever it says.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_tokens is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _tokens.GetAsync(cancellationToken).ConfigureAwait(false));
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gets another token after one was refused. False: there is none.</summary>
    public Task<bool> TryRenewTokenAsync(CancellationToken cancellationToken) =>
        _tokens?.TryRenewAsync(cancellationToken) ?? Task.FromResult(false);

    public void Dispose() => _client.Dispose();
}
