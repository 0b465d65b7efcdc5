namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// Looks after a call that takes long: a search may, but a node that is gone says nothing either, and nothing ends a connection to a machine that lost its cable
/// while a request was on its way. So the node is asked on another connection whether it is there, and the call is cancelled when it stays silent.
/// </summary>
internal sealed class PeerWatch : IAsyncDisposable
{
    // Anybody may ask, and a node answers whatever state it is in.
    private const string Question = "/v1/.well-known/live";

    // The first part of the time is that of a call that does not take long.
    private const int Parts = 3;

    private readonly HttpClient _http;
    private readonly Uri _question;
    private readonly TimeSpan _pause;
    private readonly CancellationTokenSource _call;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="http">Asks the node.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="silence">How long it may stay silent.</param>
    /// <param name="call">The call.</param>
    public PeerWatch(HttpClient http, Uri address, TimeSpan silence, CancellationTokenSource call)
    {
        _http = http;
        _question = new Uri(address, Question);
        _pause = silence / Parts;
        _call = call;
        _watching = WatchAsync();
    }

    /// <summary>Whether the node has been silent for too long.</summary>
    public bool IsSilent { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            await Task.Delay(_pause, _stop.Token);
            for (int unanswered = 0; unanswered < Parts - 1;)
            {
                Task pause = Task.Delay(_pause, _stop.Token);
                unanswered = await IsAnsweredAsync() ? 0 : unanswered + 1;
                await pause;
            }

            IsSilent = true;
            await _call.CancelAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The call has ended.
        }
    }

    private async Task<bool> IsAnsweredAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(_pause);
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(_question, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return true;
        }
        catch (HttpRequestException closed) when (closed.InnerException is IOException)
        {
            // It took the connection and closed it again: it has no room for another one, but it is there.
            return true;
        }
        catch (Exception silent) when (silent is HttpRequestException || (silent is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            return false;
        }
    }
}
