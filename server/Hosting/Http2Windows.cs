using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Basalt.Server.Hosting;

/// <summary>How much clients may send over HTTP/2 before it is read.</summary>
internal static class Http2Windows
{
    private const int Streams = 100;
    private const int StreamBytes = 512 << 10;

    /// <summary>
    /// Sets the windows so that requests which nobody reads yet cannot use up the window of their connection. With Kestrel's own figures
    /// they can: batches that wait for their turn would then keep those whose turn it is from ever arriving whole.
    /// </summary>
    public static void Apply(Http2Limits limits)
    {
        limits.MaxStreamsPerConnection = Streams;
        limits.InitialStreamWindowSize = StreamBytes;
        limits.InitialConnectionWindowSize = Streams * StreamBytes;
    }
}
