using System.Net;
using System.Net.Sockets;
using Basalt.Server.Cluster;

namespace Basalt.Server.Tests.Cluster;

public sealed class KeepAliveConnectionTests
{
    [Fact]
    public async Task Request_ThatIsGivenUpWhileItIsSent_IsNotSentToItsEnd()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Server.ReceiveBufferSize = 4096;
        listener.Start();
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = KeepAliveConnection.OpenAsync, UseProxy = false });
        using var stop = new CancellationTokenSource();
        Task<HttpResponseMessage> sending = http.PostAsync(
            new Uri($"http://{listener.LocalEndpoint}/"), new ByteArrayContent(new byte[64 << 20]), stop.Token);
        using Socket accepted = await listener.AcceptSocketAsync();

        // Behind the headers, so that the system has taken more of the body than it can send.
        byte[] chunk = new byte[1000];
        for (int received = 0; received < chunk.Length;)
        {
            received += await accepted.ReceiveAsync(chunk);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        SocketException end = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await accepted.ReceiveAsync(chunk) > 0)
            {
                // On to the end.
            }
        });

        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
    }
}
