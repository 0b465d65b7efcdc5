using System.Net.Http.Headers;
using System.Text;

namespace Basalt.Bench.Stress.Client;

/// <summary>Sends requests to the server that is up now. Thread-safe.</summary>
internal sealed class StressApi(StressJournal journal) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private volatile HttpClient _http = new();
    private volatile bool _mayEnd;

    /// <summary>Whether the server is about to be killed or stopped, so that requests may fail.</summary>
    public bool MayEnd
    {
        get => _mayEnd;
        set => _mayEnd = value;
    }

    /// <summary>From now on requests go to another server.</summary>
    public void Connect(Uri address)
    {
        _http.Dispose();
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Patience };
        MayEnd = false;
    }

    /// <summary>Sends a request; every answer counts, errors too.</summary>
    /// <exception cref="ServerGoneException">There is none, or one that a server gives while it stops.</exception>
    public async Task<StressAnswer> SendAsync(HttpMethod method, string path, string? json = null)
    {
        HttpClient http = _http;
        using HttpRequestMessage request = new(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        try
        {
            using HttpResponseMessage response = await http.SendAsync(request);
            StressAnswer answer = new($"{method} {path}", (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
            journal.Count("requests");
            return answer.Status < 500 || !MayEnd ? answer : throw new ServerGoneException(answer.ToString());
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException)
        {
            await RequireEndAsync($"{method} {path}: {exception.Message} {exception.InnerException?.Message}");
            throw new ServerGoneException(exception.Message, exception);
        }
        catch (TaskCanceledException late)
        {
            journal.Fail($"{method} {path} was not answered within {Patience}.");
            throw new ServerGoneException(late.Message, late);
        }
    }

    /// <summary>Sends a request whose answer has to have one of some statuses.</summary>
    /// <exception cref="ServerGoneException">There is no answer.</exception>
    /// <exception cref="UnexpectedAnswerException">It has another.</exception>
    public async Task<StressAnswer> ExpectAsync(HttpMethod method, string path, string? json, params int[] statuses)
    {
        StressAnswer answer = await SendAsync(method, path, json);
        return statuses.Contains(answer.Status) ? answer : throw new UnexpectedAnswerException(answer);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The word that the server is killed comes through a pipe, perhaps a little later than the end of a connection.</summary>
    private async Task RequireEndAsync(string what)
    {
        for (int i = 0; i < 100 && !MayEnd; i++)
        {
            await Task.Delay(50);
        }

        if (!MayEnd)
        {
            journal.Fail($"A connection broke although nobody ended the server: {what}");
        }
    }
}
