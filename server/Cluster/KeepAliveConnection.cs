using System.Net.Sockets;

namespace Basalt.Server.Cluster;

/// <summary>
/// Connections whose other end is asked now and then whether it is there: one that lost power, or its cable, says nothing by itself. What was not sent when a connection is
/// closed is never sent.
/// </summary>
internal static class KeepAliveConnection
{
    // Noticed after 5 + 3 * 2 seconds.
    private const int IdleSeconds = 5;
    private const int IntervalSeconds = 2;
    private const int Retries = 3;

    /// <summary>Opens one; see <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IntervalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Retries);

            // Otherwise the system goes on sending a request that was given up, for minutes while the network is down, and a write comes after later ones that were acknowledged.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
