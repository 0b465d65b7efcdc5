using System.Net.Sockets;
using System.Text;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Api;

/// <summary>Requests whose bodies come slowly.</summary>
public sealed class SlowBodyTests
{
    // Enough that the server does not give the sender up for its slowness: it wants 240 bytes per second.
    private const int SentBytes = 200_000;

    [Fact]
    public async Task Batch_WhoseBodyDoesNotArriveWhole_KeepsNoOtherBatchWaiting()
    {
        await using TestServer server = await TestServer.StartAsync(settings => settings with { MaxConcurrentBatches = 1 });
        using var slow = new TcpClient();
        await slow.ConnectAsync(server.Client.Address.Host, server.Client.Address.Port);
        NetworkStream stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/batch/objects HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: {SentBytes + 1}\r\nExpect: 100-continue\r\n\r\n"));

        // The server asks for the body: it waits for it now.
        await stream.ReadExactlyAsync(new byte["HTTP/1.1 100 Continue\r\n\r\n".Length]);
        await stream.WriteAsync(new byte[SentBytes]);

        await server.Client.CreateClassAsync("Book", 3).WaitAsync(TimeSpan.FromMinutes(2));
    }
}
