using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>Requests to etcd's JSON gateway: which member is asked, how often, and as whom.</summary>
internal sealed class EtcdClient : IDisposable
{
    /// <summary>Bytes of the largest answer. A page of a range can be larger than a request may be, and base64 makes a third more of it.</summary>
    public const int MaxResponseBytes = 64 << 20;

    private const string AuthenticatePath = "auth/authenticate";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly EtcdOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly EtcdEndpoints _endpoints;
    private readonly EtcdToken? _token;

    public EtcdClient(EtcdOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _http = EtcdHttp.Create(options);
        _endpoints = new EtcdEndpoints(options.Endpoints);
        _token = options.User is null ? null : new EtcdToken(AuthenticateAsync);
    }

    /// <summary>The clock of pauses and patience.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>How long a request is tried.</summary>
    public TimeSpan Patience => _options.Patience;

    /// <summary>Asks until a member answers, or patience ends.</summary>
    /// <param name="path">What is asked for, below <c>/v3/</c>.</param>
    /// <param name="body">The request.</param>
    /// <param name="requestType">How the request is written.</param>
    /// <param name="responseType">How the answer is read.</param>
    /// <param name="isRepeatable">Whether it does no harm to carry it out twice. If not, it is repeated only when it was surely not carried out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        string path,
        TRequest body,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        bool isRepeatable,
        CancellationToken cancellationToken)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(body, requestType);
        long started = _clock.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            Uri endpoint = _endpoints.Current;
            try
            {
                byte[] answer = await AttemptAsync(endpoint, path, content, cancellationToken);
                return Read(answer, responseType);
            }
            catch (ClusterUnavailableException failure)
            {
                _endpoints.MoveOn(endpoint);
                if ((failure.IsOutcomeUnknown && !isRepeatable) || _clock.GetElapsedTime(started) >= _options.Patience)
                {
                    throw;
                }
            }

            await PauseAsync(attempt, cancellationToken);
        }
    }

    /// <summary>Begins a request whose answer is a stream of messages.</summary>
    /// <param name="path">What is asked for, below <c>/v3/</c>.</param>
    /// <param name="content">The request.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <exception cref="ClusterUnavailableException">This member does not answer; the next call asks another.</exception>
    public async Task<HttpResponseMessage> StreamAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        Uri endpoint = _endpoints.Current;
        string? token = _token is null ? null : await _token.GetAsync(refused: null, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.RequestTimeout);
        try
        {
            HttpResponseMessage response = await SendAsync(endpoint, path, content, token, patience.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return response;
            }

            using (response)
            {
                throw await FailureAsync(endpoint, path, response, patience.Token);
            }
        }
        catch (Exception failure) when (Unavailable(failure, endpoint, path, cancellationToken) is { } unavailable)
        {
            _endpoints.MoveOn(endpoint);
            throw unavailable;
        }
    }

    /// <summary>Asks for a new token, because a stream was refused with the present one.</summary>
    public async Task RenewTokenAsync(CancellationToken cancellationToken)
    {
        if (_token is not null)
        {
            await _token.GetAsync(await _token.GetAsync(refused: null, cancellationToken), cancellationToken);
        }
    }

    /// <summary>The next request asks another member.</summary>
    public void MoveOn() => _endpoints.MoveOn(_endpoints.Current);

    /// <summary>Waits before another attempt: not at all while there are members that were not asked yet, then longer and longer.</summary>
    public Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        int round = (attempt + 1) / _endpoints.Count;
        if (round == 0)
        {
            return Task.CompletedTask;
        }

        TimeSpan pause = FirstPause * (1 << Math.Min(round - 1, 8));
        return Task.Delay(pause < LongestPause ? pause : LongestPause, _clock, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _token?.Dispose();
    }

    private static T Read<T>(ReadOnlySpan<byte> answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException failure)
        {
            throw new ClusterRequestException($"etcd's answer is not understood: {failure.Message}", failure);
        }
    }

    private async Task<byte[]> AttemptAsync(Uri endpoint, string path, byte[] content, CancellationToken cancellationToken)
    {
        string? token = _token is null || path == AuthenticatePath ? null : await _token.GetAsync(refused: null, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                patience.CancelAfter(_options.RequestTimeout);
                using HttpResponseMessage response = await SendAsync(endpoint, path, content, token, patience.Token);
                byte[] answer = await ReadBodyAsync(response, patience.Token);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return answer;
                }

                EtcdError error = EtcdError.Read(answer, response.StatusCode);
                if (token is null || !error.IsTokenRefused)
                {
                    throw error.ToException($"{endpoint.Authority} {path}");
                }

                // A refused request was not carried out. That a fresh token is refused, too, happens only while users change.
                patience.CancelAfter(Timeout.InfiniteTimeSpan);
                token = await _token!.GetAsync(refused: token, cancellationToken);
            }
        }
        catch (Exception failure) when (Unavailable(failure, endpoint, path, cancellationToken) is { } unavailable)
        {
            throw unavailable;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri endpoint, string path, byte[] content, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, $"/v3/{path}"))
        {
            Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };

        // Without it a member that is cut off from the others keeps a watch open that hears nothing.
        request.Headers.TryAddWithoutValidation("Grpc-Metadata-hasleader", "true");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        byte[] chunk = new byte[16 << 10];
        int length;
        while ((length = await body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (read.Length + length > MaxResponseBytes)
            {
                throw new ClusterRequestException($"etcd answered more than {MaxResponseBytes} bytes; ask for less at once.");
            }

            read.Write(chunk, 0, length);
        }

        return read.ToArray();
    }

    private static async Task<ClusterException> FailureAsync(Uri endpoint, string path, HttpResponseMessage response, CancellationToken cancellationToken) =>
        EtcdError.Read(await ReadBodyAsync(response, cancellationToken), response.StatusCode).ToException($"{endpoint.Authority} {path}");

    /// <summary>What a failure of the network means for the request; null for any other failure.</summary>
    private ClusterUnavailableException? Unavailable(Exception failure, Uri endpoint, string path, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when !cancellationToken.IsCancellationRequested =>
            new ClusterUnavailableException($"{endpoint.Authority} {path}: no answer within {_options.RequestTimeout}", failure) { IsOutcomeUnknown = true },

        // Nothing was sent if there was no connection.
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
            new ClusterUnavailableException($"{endpoint.Authority} {path}: {failure.Message}", failure),
        HttpRequestException or IOException =>
            new ClusterUnavailableException($"{endpoint.Authority} {path}: {failure.Message}", failure) { IsOutcomeUnknown = true },
        _ => null,
    };

    private async Task<string> AuthenticateAsync(CancellationToken cancellationToken)
    {
        try
        {
            EtcdMessages.AuthenticateResponse response = await CallAsync(
                AuthenticatePath,
                new EtcdMessages.AuthenticateRequest(_options.User!, _options.Password ?? ""),
                EtcdJsonContext.Default.AuthenticateRequest,
                EtcdJsonContext.Default.AuthenticateResponse,
                isRepeatable: true,
                cancellationToken);
            return response.Token ?? throw new ClusterAccessException("etcd gave no token.");
        }
        catch (ClusterUnavailableException failure) when (failure.IsOutcomeUnknown)
        {
            // What the token was wanted for has not been sent yet.
            throw new ClusterUnavailableException(failure.Message, failure);
        }
    }
}
