using System.Net.Sockets;
using System.Text;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Persistence;

public sealed class GracefulStopTests
{
    [Fact]
    public async Task Terminate_WhenARequestIsInFlight_FinishesItAndExitsWithZero()
    {
        using var directory = new TemporaryDirectory();
        const string Body = """{"objects":[{"class":"Item","id":"7b0c3a1e-1111-4222-8333-444455556666","properties":{"a":"x"}}]}""";
        string answer;
        await using (ServerProcess server = await ServerProcess.StartAsync(directory.Path))
        {
            (await server.Client.GetAsync("/v1/.well-known/ready")).Expect(200);
            using var socket = new TcpClient();
            await socket.ConnectAsync(server.Address.Host, server.Address.Port);
            NetworkStream stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/batch/objects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: {Body.Length}\r\n\r\n"));

            // The server asks for the body: the request has begun.
            byte[] invitation = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
            await stream.ReadExactlyAsync(invitation);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Body[..20]));

            server.Terminate();
            await server.Stopping;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Body[20..]));

            using var reader = new StreamReader(stream, Encoding.UTF8);
            answer = await reader.ReadToEndAsync();
            Assert.Equal(0, await server.ExitAsync());
        }

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"SUCCESS\"", answer, StringComparison.Ordinal);
        await using ServerProcess again = await ServerProcess.StartAsync(directory.Path);
        (await again.Client.GetAsync("/v1/objects/Item/7b0c3a1e-1111-4222-8333-444455556666")).Expect(200);
    }

    [Fact]
    public async Task Terminate_WhenNothingHappens_ExitsWithZero()
    {
        using var directory = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.StartAsync(directory.Path);

        server.Terminate();

        Assert.Equal(0, await server.ExitAsync());
    }
}
