using Basalt.Server.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Basalt.Server.Hosting;

/// <summary>
/// Bounds what a client can take by sending too much, too many or too slowly. All of them are set here, also where Kestrel's default is
/// the same, so that none goes away with a new version of it.
/// </summary>
internal static class ConnectionLimits
{
    private const int RequestLineBytes = 8 << 10;
    private const int HeaderBytes = 32 << 10;
    private const int HeaderCount = 100;
    private const int FrameBytes = 16 << 10;
    private const int HeaderTableBytes = 4 << 10;
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Sets the limits of an endpoint.</summary>
    /// <param name="limits">The endpoint's.</param>
    /// <param name="settings">What the operator chose.</param>
    /// <param name="maxBodyBytes">The most bytes of a request's body.</param>
    public static void Apply(KestrelServerLimits limits, ConnectionSettings settings, long maxBodyBytes)
    {
        limits.MaxConcurrentConnections = settings.MaxConnections;
        limits.KeepAliveTimeout = settings.KeepAlive;
        limits.RequestHeadersTimeout = settings.HeadersTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(settings.MinBytesPerSecond, settings.SlowBodyGrace);
        limits.MinResponseDataRate = new MinDataRate(settings.MinBytesPerSecond, settings.SlowBodyGrace);
        limits.MaxRequestBodySize = maxBodyBytes;
        limits.MaxRequestLineSize = RequestLineBytes;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MaxRequestHeaderCount = HeaderCount;
        limits.Http2.MaxFrameSize = FrameBytes;
        limits.Http2.MaxRequestHeaderFieldSize = HeaderBytes;
        limits.Http2.HeaderTableSize = HeaderTableBytes;
        limits.Http2.KeepAlivePingDelay = PingDelay;
        limits.Http2.KeepAlivePingTimeout = PingTimeout;
        Http2Windows.Apply(limits.Http2);
    }
}
