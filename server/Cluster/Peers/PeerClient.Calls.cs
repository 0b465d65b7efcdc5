using System.Globalization;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Cluster.Clock;
using Basalt.Server.Objects;
using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Peers;

internal sealed partial class PeerClient
{
    // Ids of more objects than a node holds.
    private const int MaxIdBytes = 1 << 30;

    // Objects of one turn, the last of which may be the largest there can be.
    private const int MaxRecordBytes = 128 << 20;

    private async Task<T> CallAsync<T>(
        NodeShards shards, string path, PeerMessageWriter message, TimeSpan timeout, Func<PeerMessageReader, T> read, CancellationToken cancellationToken) =>
        (await CallForRevisionAsync(shards, path, message, timeout, read, cancellationToken)).Result;

    /// <returns>What the node answers, and the revision of the schema that it answers by.</returns>
    private async Task<(T Result, long Revision)> CallForRevisionAsync<T>(
        NodeShards shards, string path, PeerMessageWriter message, TimeSpan timeout, Func<PeerMessageReader, T> read, CancellationToken cancellationToken)
    {
        Uri address = AddressOf(shards);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        ReadOnlyMemory<byte> bytes = message.Complete();
        OnceContent? write = path == PeerPaths.Commit ? new OnceContent(bytes) : null;
        await using var watch = new PeerWatch(_http, address, _timeouts.Silence, deadline);
        try
        {
            HttpContent content = write is null ? new ReadOnlyMemoryContent(bytes) : write;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path)) { Content = content };
            CausalGate.Stamp(request, _clock);
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            await CausalGate.ObserveAsync(response, _clock, deadline.Token);
            using PooledBuffer body = await ReadBodyAsync(response, path is PeerPaths.Search or PeerPaths.Match ? MaxIdBytes : MaxRecordBytes, deadline.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Refusal(shards, (int)response.StatusCode, body.WrittenMemory);
            }

            var answer = new PeerMessageReader(body.WrittenMemory);
            PeerAnswer.ReadBegin(answer, shards);
            T result = read(answer);
            return (result, PeerAnswer.ReadEnd(answer));
        }
        catch (PeerMessageException wrong)
        {
            throw write is null ? RequestException.WrongAnswer(shards, wrong.Message) : RequestException.OutcomeUnknown(shards, wrong.Message);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw NoAnswer(exception.Message);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoAnswer(watch.IsSilent ? $"it has given no sign of life for {Text(_timeouts.Silence)}"
                : deadline.IsCancellationRequested ? $"no answer within {Text(timeout)}"
                : exception.InnerException is TimeoutException ? $"it takes no connection within {Text(_timeouts.Connect)}"
                : exception.Message);
        }

        RequestException NoAnswer(string reason) => write is { MayHaveArrived: true }
            ? RequestException.OutcomeUnknown(shards, reason)
            : RequestException.Unreachable(shards, reason);
    }

    private Uri AddressOf(NodeShards shards)
    {
        try
        {
            return _cluster.AddressOf(shards.Node!);
        }
        catch (RequestException absent)
        {
            throw RequestException.Unreachable(shards, absent.Message);
        }
    }

    private static string Text(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static async Task<PooledBuffer> ReadBodyAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer((int)Math.Clamp(response.Content.Headers.ContentLength ?? 0, 1024, 1 << 20));
        try
        {
            using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await stream.ReadAsync(body.GetMemory(16 << 10), cancellationToken) is > 0 and int count)
            {
                body.Advance(count);
                if (body.Length > most)
                {
                    throw new PeerMessageException($"the answer is larger than {most >> 20} MiB");
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>What the owner refused a request with; what it says about itself and its caller is told with its name.</summary>
    private static RequestException Refusal(NodeShards shards, int status, ReadOnlyMemory<byte> body)
    {
        (string message, bool isFramework) = ReadError(body);
        return status switch
        {
            StatusCodes.Status401Unauthorized => RequestException.Unreachable(shards, "it does not accept the cluster credentials of this node: all nodes need the same"),
            StatusCodes.Status404NotFound => RequestException.Unreachable(shards, "it is not part of a cluster"),
            StatusCodes.Status400BadRequest => RequestException.WrongAnswer(shards, message),
            _ when isFramework => RequestException.Framework(status, message),
            >= StatusCodes.Status500InternalServerError when !message.Contains($"node '{shards.Node}'", StringComparison.Ordinal) =>
                RequestException.Handler(status, $"node '{shards.Node}': {message}"),
            _ => RequestException.Handler(status, message),
        };
    }

    private static (string Message, bool IsFramework) ReadError(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            return root.TryGetProperty("error", out JsonElement errors)
                ? (errors[0].GetProperty("message").GetString() ?? string.Empty, false)
                : (root.GetProperty("message").GetString() ?? string.Empty, true);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)
        {
            return ("it gave no reason", false);
        }
    }
}
