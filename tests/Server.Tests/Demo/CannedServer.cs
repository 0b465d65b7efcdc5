using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Basalt.Server.Tests.Demo;

/// <summary>Answers one request with bytes that no good server would send, and ends the connection.</summary>
internal sealed class CannedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public CannedServer(string answer)
    {
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/");
        Served = ServeAsync(Encoding.ASCII.GetBytes(answer));
    }

    public Uri Address { get; }

    public Task Served { get; }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(byte[] answer)
    {
        using Socket connection = await _listener.AcceptSocketAsync();
        await connection.ReceiveAsync(new byte[4096]);
        await connection.SendAsync(answer);
        connection.Shutdown(SocketShutdown.Send);
        while (await connection.ReceiveAsync(new byte[4096]) > 0)
        {
            // Reads on until the client has seen the end: closing with bytes unread would reset the connection.
        }
    }
}
