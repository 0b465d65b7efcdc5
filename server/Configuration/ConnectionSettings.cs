namespace Basalt.Server.Configuration;

/// <summary>What clients may take of the server before they have asked for anything. REST and gRPC each have as much.</summary>
internal sealed record ConnectionSettings
{
    /// <summary>The most connections at a time; more are closed at once (<c>BASALT_MAX_CONNECTIONS</c>).</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How long the line and the headers of a request may take to arrive (<c>BASALT_HEADERS_SECONDS</c>).</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may be without a request (<c>BASALT_KEEP_ALIVE_SECONDS</c>).</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>The least bytes per second of a body that is being sent, in either direction.</summary>
    public double MinBytesPerSecond { get; init; } = 240;

    /// <summary>How long a body may be slower than that.</summary>
    public TimeSpan SlowBodyGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">A value is not allowed.</exception>
    public static ConnectionSettings Read(VariableReader reader)
    {
        var defaults = new ConnectionSettings();
        return defaults with
        {
            MaxConnections = (int)reader.Integer("BASALT_MAX_CONNECTIONS", defaults.MaxConnections, 1, 1_000_000),
            HeadersTimeout = ReadSeconds("BASALT_HEADERS_SECONDS", defaults.HeadersTimeout),
            KeepAlive = ReadSeconds("BASALT_KEEP_ALIVE_SECONDS", defaults.KeepAlive),
        };

        TimeSpan ReadSeconds(string name, TimeSpan fallback) =>
            TimeSpan.FromSeconds(reader.Integer(name, (long)fallback.TotalSeconds, 1, 3600));
    }
}
