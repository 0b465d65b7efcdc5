using System.Net;
using System.Text.Json;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>An error as the gateway tells it, and what it means.</summary>
/// <param name="Code">gRPC's status code; null when the answer is not the gateway's.</param>
/// <param name="Message">What etcd says.</param>
internal sealed record EtcdError(int? Code, string Message)
{
    private const int MaxMessageLength = 500;
    private const int InvalidArgument = 3;
    private const int NotFound = 5;
    private const int PermissionDenied = 7;
    private const int ResourceExhausted = 8;
    private const int FailedPrecondition = 9;
    private const int OutOfRange = 11;
    private const int Unimplemented = 12;
    private const int Unauthenticated = 16;

    /// <summary>Whether the token is not, or no longer, good: a new one may be.</summary>
    public bool IsTokenRefused => Code == Unauthenticated || Says("invalid auth token") || Says("revision of auth store is old");

    /// <summary>Whether this client is not let in, or may not do this.</summary>
    public bool IsAccessRefused =>
        IsTokenRefused || Code == PermissionDenied || Says("permission denied") || Says("user name is empty") || Says("authentication failed");

    /// <summary>Whether a lease of that number does not exist.</summary>
    public bool IsLeaseUnknown => Code == NotFound && Says("lease not found");

    /// <summary>Reads the body of an answer that is no success, or a line of a stream that carries an error instead of a result.</summary>
    public static EtcdError Read(ReadOnlySpan<byte> body, HttpStatusCode status)
    {
        string otherwise = $"HTTP status {(int)status}";
        try
        {
            var reader = new Utf8JsonReader(body);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            JsonElement error = document.RootElement;
            if (error.TryGetProperty("error", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object)
            {
                error = inner;
            }

            return new EtcdError(Number(error, "code") ?? Number(error, "grpc_code"), Shortened(Text(error, "message") ?? Text(error, "error") ?? otherwise));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return status == HttpStatusCode.NotFound
                ? new EtcdError(Unimplemented, $"{otherwise}: this is no etcd of version 3.4 or later with its JSON gateway on")
                : new EtcdError(null, otherwise);
        }
    }

    /// <summary>The exception that says the same. Whatever is not known to have been refused before it was acted on has an unknown outcome.</summary>
    public ClusterException ToException(string what)
    {
        string message = $"{what}: {Message}";
        return Code switch
        {
            _ when IsAccessRefused => new ClusterAccessException(message),
            _ when IsLeaseUnknown => new ClusterLeaseLostException(message),
            OutOfRange when Says("compacted") => new ClusterCompactedException(message),
            ResourceExhausted when Says("too many requests") => new ClusterUnavailableException(message),
            InvalidArgument or NotFound or ResourceExhausted or FailedPrecondition or OutOfRange or Unimplemented => new ClusterRequestException(message),
            _ => new ClusterUnavailableException(message) { IsOutcomeUnknown = true },
        };
    }

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int number) ? number : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shortened(string message) => message.Length <= MaxMessageLength ? message : message[..MaxMessageLength];

    private bool Says(string words) => Message.Contains(words, StringComparison.Ordinal);
}
