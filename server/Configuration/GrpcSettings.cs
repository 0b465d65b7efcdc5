namespace Basalt.Server.Configuration;

/// <summary>How gRPC is served.</summary>
/// <param name="Port">The port, on the hosts that REST is served on; 0 takes a free one (<c>GRPC_PORT</c>).</param>
/// <param name="MaxMessageBytes">Bytes of the largest message, decompressed (<c>GRPC_MAX_MESSAGE_SIZE</c>).</param>
/// <param name="HasTls">Whether it has TLS, with Kestrel's certificate (<c>GRPC_TLS</c>).</param>
internal sealed record GrpcSettings(int Port, int MaxMessageBytes = GrpcSettings.DefaultMaxMessageBytes, bool HasTls = false)
{
    /// <summary>Weaviate's port.</summary>
    public const int DefaultPort = 50051;

    /// <summary>Weaviate's limit.</summary>
    public const int DefaultMaxMessageBytes = 104_858_000;

    /// <summary>
    /// Reads the settings; null if gRPC is off (<c>GRPC_ENABLED</c>). Whoever lets the system choose the port of REST gets a free one here
    /// too, and whoever serves REST with TLS alone gets it here.
    /// </summary>
    /// <param name="reader">The environment.</param>
    /// <param name="urls">Where REST is served.</param>
    /// <exception cref="SettingsException">A value is not allowed.</exception>
    public static GrpcSettings? Read(VariableReader reader, IReadOnlyList<string> urls)
    {
        if (!reader.Flag("GRPC_ENABLED", fallback: true))
        {
            return null;
        }

        bool anyPort = urls.All(url => BindingAddress.Parse(url).Port == 0);
        return new GrpcSettings(
            (int)reader.Integer("GRPC_PORT", anyPort ? 0 : DefaultPort, 0, ushort.MaxValue),
            (int)reader.Integer("GRPC_MAX_MESSAGE_SIZE", DefaultMaxMessageBytes, 1024, 1 << 30),
            reader.Flag("GRPC_TLS", urls.All(ListenUrl.IsSecure)));
    }

    /// <summary>Where to listen: the hosts of REST, each once, with the port of gRPC.</summary>
    public IEnumerable<string> Urls(IEnumerable<string> restUrls) =>
        restUrls.Select(url => $"{(HasTls ? "https" : "http")}://{BindingAddress.Parse(url).Host}:{Port}").Distinct(StringComparer.OrdinalIgnoreCase);
}
