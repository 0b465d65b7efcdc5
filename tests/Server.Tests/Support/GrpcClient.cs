using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Basalt.Server.Tests.Support;

/// <summary>Calls methods of gRPC as clients do: HTTP/2 without TLS, one message each way.</summary>
internal sealed class GrpcClient : IDisposable
{
    private const int HeaderLength = 5;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public GrpcClient(Uri address) => _http.BaseAddress = address;

    /// <summary>Calls a method of Weaviate's service, which must succeed.</summary>
    public async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser)
        where T : IMessage<T> =>
        (await CallAsync($"/weaviate.v1.Weaviate/{method}", Frame(request.ToByteArray()))).Message(parser);

    /// <summary>Calls a method of Weaviate's service.</summary>
    public Task<GrpcResponse> TryCallAsync(string method, IMessage request) =>
        CallAsync($"/weaviate.v1.Weaviate/{method}", Frame(request.ToByteArray()));

    /// <summary>Sends bytes as they are.</summary>
    public async Task<GrpcResponse> CallAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        return new GrpcResponse((int)response.StatusCode, Find(response, "grpc-status"), Uri.UnescapeDataString(Find(response, "grpc-message") ?? ""), answer);
    }

    /// <summary>A message with its header.</summary>
    public static byte[] Frame(byte[] message, bool isCompressed = false)
    {
        byte[] frame = new byte[HeaderLength + message.Length];
        frame[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, HeaderLength);
        return frame;
    }

    public void Dispose() => _http.Dispose();

    private static string? Find(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || response.Headers.TryGetValues(name, out values)
            ? values.Single()
            : null;
}
