using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>A way to a port of this machine that can be cut: connections break and new ones are refused.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _connections = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _isCut;

    private TcpRelay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect instead.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Opens a way to a port.</summary>
    public static TcpRelay To(int port) => new(port);

    /// <summary>From here on nothing gets through.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (TcpClient connection in _connections.Keys)
        {
            connection.Dispose();
        }
    }

    /// <summary>Ends <see cref="Cut"/>.</summary>
    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                if (_isCut)
                {
                    client.Dispose();
                    continue;
                }

                _ = RelayAsync(client);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The relay was disposed.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var target = new TcpClient();
        try
        {
            await target.ConnectAsync(IPAddress.Loopback, _target);
            _connections[client] = true;
            _connections[target] = true;
            await Task.WhenAny(
                client.GetStream().CopyToAsync(target.GetStream()), target.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either end has gone, or the way was cut.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            _connections.TryRemove(target, out _);
            client.Dispose();
        }
    }
}
