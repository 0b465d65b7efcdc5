using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Basalt.Server.Demo;

/// <summary>
/// The part of the REST API that the demo uses, as any client would. It sends back the clock of the last answer, so that in a cluster no backup has
/// what it wrote on one node without what it wrote before on another. Thread-safe.
/// </summary>
internal sealed class RestClient : IDisposable
{
    private const string Backups = "v1/backups/filesystem";
    private const int PageObjects = 5000;
    private const int ShownBodyLength = 500;
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private const string ClockHeader = "X-Basalt-Clock";
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http;
    private readonly TimeSpan _patience;
    private string? _clock;

    /// <param name="address">The server.</param>
    /// <param name="patience">How long a write is repeated while the node that it is for is not there.</param>
    public RestClient(Uri address, TimeSpan patience = default)
    {
        _patience = patience;

        // The server is on this machine: a proxy for the outer world must not come between.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
    }

    public void Dispose() => _http.Dispose();

    public Task CreateClassAsync(string definition, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "v1/schema", new StringContent(definition, JsonType), cancellationToken);

    public Task DeleteClassAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"v1/schema/{name}", null, cancellationToken);

    public async Task<bool> HasClassAsync(string name, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"v1/schema/{name}");
        using HttpResponseMessage response = await ExchangeAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        await RequireSuccessAsync(response, cancellationToken);
        return true;
    }

    /// <summary>Imports objects with one request.</summary>
    /// <exception cref="DemoFailureException">The server did not take every one of them.</exception>
    public async Task ImportAsync(IReadOnlyList<CityObject> objects, CancellationToken cancellationToken)
    {
        using HttpContent body = JsonBody(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("objects");
            foreach (CityObject value in objects)
            {
                value.WriteTo(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        using JsonDocument answer = await ReadAsync(HttpMethod.Post, "v1/batch/objects", body, cancellationToken);
        int taken = 0;
        foreach (JsonElement item in answer.RootElement.EnumerateArray())
        {
            if (item.GetProperty("result").GetProperty("status").GetString() != "SUCCESS")
            {
                throw new DemoFailureException($"The import of an object failed: {item.GetRawText()}");
            }

            taken++;
        }

        if (taken != objects.Count)
        {
            throw new DemoFailureException($"{objects.Count} objects were sent, but the server answered for {taken}.");
        }
    }

    /// <summary>Makes one write; the server has acknowledged it when the task completes.</summary>
    public async Task WriteAsync(LoggedWrite write, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        for (bool isRepeated = false; ; isRepeated = true)
        {
            try
            {
                using HttpRequestMessage request = RequestOf(write);
                using HttpResponseMessage response = await ExchangeAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
                if (isRepeated && IsDoneBefore(write.Kind, response.StatusCode))
                {
                    return;
                }

                if (response.StatusCode != HttpStatusCode.ServiceUnavailable || Stopwatch.GetElapsedTime(started) > _patience)
                {
                    await RequireSuccessAsync(response, cancellationToken);
                    return;
                }
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < _patience)
            {
                // The node of the object is not there: again, until it is back.
            }

            await Task.Delay(RetryInterval, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Reads all objects, with properties and vectors, in the order of their ids.</summary>
    public async IAsyncEnumerable<CityObject> ReadObjectsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string after = string.Empty;
        while (true)
        {
            string page = $"v1/objects?class={CityObject.ClassName}&include=vector&limit={PageObjects}&after={after}";
            using JsonDocument answer = await ReadAsync(HttpMethod.Get, page, null, cancellationToken);
            JsonElement objects = answer.RootElement.GetProperty("objects");
            if (objects.GetArrayLength() == 0)
            {
                yield break;
            }

            foreach (JsonElement item in objects.EnumerateArray())
            {
                CityObject value = CityObject.Read(item);
                yield return value;
                after = value.Id.ToString();
            }
        }
    }

    /// <summary>How many objects the inverted index finds where a property compares to a value.</summary>
    /// <param name="property">The property.</param>
    /// <param name="comparison">The operator, for example <c>Equal</c>.</param>
    /// <param name="valueMember">The member that takes the value, for example <c>valueInt</c>.</param>
    /// <param name="value">The value as JSON.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> CountAsync(
        string property, string comparison, string valueMember, string value, CancellationToken cancellationToken)
    {
        // A dry run of a deletion counts what it would delete.
        string where = $$"""{"operator":"{{comparison}}","path":["{{property}}"],"{{valueMember}}":{{value}}}""";
        var body = new StringContent($$"""{"match":{"class":"{{CityObject.ClassName}}","where":{{where}}},"dryRun":true}""", JsonType);
        using JsonDocument answer = await ReadAsync(HttpMethod.Delete, "v1/batch/objects", body, cancellationToken);
        return answer.RootElement.GetProperty("results").GetProperty("matches").GetInt32();
    }

    public Task StartBackupAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post, Backups, new StringContent($$"""{"id":"{{id}}","include":["{{CityObject.ClassName}}"]}""", JsonType), cancellationToken);

    public Task<TransferStatus> BackupStatusAsync(string id, CancellationToken cancellationToken) =>
        StatusAsync($"{Backups}/{id}", cancellationToken);

    public Task StartRestoreAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{Backups}/{id}/restore", new StringContent("{}", JsonType), cancellationToken);

    public Task<TransferStatus> RestoreStatusAsync(string id, CancellationToken cancellationToken) =>
        StatusAsync($"{Backups}/{id}/restore", cancellationToken);

    private static HttpRequestMessage RequestOf(LoggedWrite write)
    {
        string path = $"v1/objects/{CityObject.ClassName}/{write.Id}";
        return write.Kind switch
        {
            LoggedWriteKind.Insert => new HttpRequestMessage(HttpMethod.Post, "v1/objects") { Content = JsonBody(write.State!.WriteTo) },
            LoggedWriteKind.Update => new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonBody(write.State!.WriteTo) },
            _ => new HttpRequestMessage(HttpMethod.Delete, path),
        };
    }

    /// <summary>Whether a repeated write finds that its first try was carried out, although its answer was lost. There is one writer only.</summary>
    private static bool IsDoneBefore(LoggedWriteKind kind, HttpStatusCode status) =>
        (kind, status) is (LoggedWriteKind.Insert, HttpStatusCode.UnprocessableEntity) or (LoggedWriteKind.Delete, HttpStatusCode.NotFound);

    private async Task<TransferStatus> StatusAsync(string path, CancellationToken cancellationToken)
    {
        using JsonDocument answer = await ReadAsync(HttpMethod.Get, path, null, cancellationToken);
        return TransferStatus.Read(answer.RootElement);
    }

    private async Task SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path) { Content = body };
        using HttpResponseMessage response = await ExchangeAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        await RequireSuccessAsync(response, cancellationToken);
    }

    private async Task<JsonDocument> ReadAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path) { Content = body };
        using HttpResponseMessage response = await ExchangeAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await RequireSuccessAsync(response, cancellationToken);
        try
        {
            await using Stream content = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
        }
        catch (Exception broken) when (broken is JsonException or IOException)
        {
            // A failure after the first part of an answer can only end the connection.
            throw new DemoFailureException($"The answer to {method} /{path} broke off or is no JSON: {broken.Message}", broken);
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(
        HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        if (_clock is { } clock)
        {
            request.Headers.Add(ClockHeader, clock);
        }

        try
        {
            HttpResponseMessage response = await _http.SendAsync(request, completion, cancellationToken);
            Keep(response);
            return response;
        }
        catch (TaskCanceledException late) when (late.InnerException is TimeoutException)
        {
            throw new DemoFailureException(
                $"{request.Method} {request.RequestUri} was not answered within {_http.Timeout.TotalSeconds:N0} s.", late);
        }
    }

    /// <summary>The latest clock of any answer: its digits are in the order of time.</summary>
    private void Keep(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(ClockHeader, out IEnumerable<string>? given) || given.FirstOrDefault() is not { } clock)
        {
            return;
        }

        string? known;
        do
        {
            known = _clock;
        }
        while (string.CompareOrdinal(known, clock) < 0 && Interlocked.CompareExchange(ref _clock, clock, known) != known);
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        string shown = body.Length > ShownBodyLength ? $"{body[..ShownBodyLength]}..." : body;
        HttpRequestMessage request = response.RequestMessage!;
        throw new DemoFailureException($"{request.Method} {request.RequestUri?.PathAndQuery} was answered {(int)response.StatusCode}: {shown}");
    }

    private static ReadOnlyMemoryContent JsonBody(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return new ReadOnlyMemoryContent(buffer.WrittenMemory) { Headers = { ContentType = JsonType } };
    }
}
