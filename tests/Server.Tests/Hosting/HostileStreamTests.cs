using System.Buffers.Binary;
using System.Text;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Hosting;

/// <summary>HTTP/2 as attacks speak it, on the port of gRPC.</summary>
public sealed class HostileStreamTests : IAsyncLifetime
{
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, Continuation = 9, GoAway = 7;
    private const byte EndHeaders = 4;

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(settings => settings with
    {
        Connections = new ConnectionSettings { HeadersTimeout = TimeSpan.FromSeconds(2), KeepAlive = TimeSpan.FromSeconds(3), SlowBodyGrace = TimeSpan.FromSeconds(2) },
    });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Connection_ThatSendsNothing_IsClosed()
    {
        await using RawConnection connection = await OpenAsync();

        Assert.NotEmpty(await connection.ReadToCloseAsync());
        await AssertServesAsync();
    }

    [Fact]
    public async Task Headers_ThatAreContinuedWithoutEnd_EndTheConnection()
    {
        await using RawConnection connection = await OpenAsync();
        await connection.SendAsync(Frame(Headers, 0, 1, Request()));
        byte[] more = Frame(Continuation, 0, 1, Literal("x-filler", new string('a', 4000)));

        Assert.True(await connection.SendUntilRefusedAsync(more, most: 100_000));
        await AssertServesAsync();
    }

    [Fact]
    public async Task Headers_ThatDoNotEnd_AreTimedOut()
    {
        await using RawConnection connection = await OpenAsync();
        await connection.SendAsync(Frame(Headers, 0, 1, Request()));

        Assert.NotEmpty(await connection.ReadToCloseAsync());
        await AssertServesAsync();
    }

    [Fact]
    public async Task Streams_ThatAreOpenedAndResetInARow_DoNotKeepOthersFromBeingServed()
    {
        await using RawConnection connection = await OpenAsync();
        using var burst = new MemoryStream();
        for (int stream = 1; stream < 20_000; stream += 2)
        {
            burst.Write(Frame(Headers, EndHeaders, stream, Request()));
            burst.Write(Frame(ResetStream, 0, stream, [0, 0, 0, 8]));
        }

        // The server may end the connection in the middle, or bear all of it.
        await connection.SendUntilRefusedAsync(burst.ToArray(), most: 1);
        await AssertServesAsync();

        Assert.NotEmpty(await connection.ReadToCloseAsync());
    }

    [Theory]
    [InlineData(Ping, 8)]
    [InlineData(Settings, 0)]
    public async Task ControlFrames_InAFlood_EndTheConnectionOrAreBorne(byte type, int length)
    {
        await using RawConnection connection = await OpenAsync();
        byte[] frame = Frame(type, 0, 0, new byte[length]);
        byte[] burst = [.. Enumerable.Repeat(frame, 2000).SelectMany(bytes => bytes)];

        // Its answers are not read: what is kept for this client must not grow without bound.
        bool isRefused = await connection.SendUntilRefusedAsync(burst, most: 50);
        await AssertServesAsync();

        Assert.True(isRefused || FramesOf(await connection.ReadToCloseAsync()).Contains(GoAway));
    }

    [Fact]
    public async Task Message_ThatIsLongerThanItSays_IsRefused()
    {
        await using RawConnection connection = await OpenAsync();
        await connection.SendAsync(Frame(Headers, EndHeaders, 1, Request()));
        byte[] body = new byte[16_000];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), 10);
        await connection.SendAsync(Frame(Data, 0, 1, body));

        string answer = Encoding.Latin1.GetString(await connection.ReadToCloseAsync());

        Assert.Contains("more than one message", answer, StringComparison.Ordinal);
        await AssertServesAsync();
    }

    [Fact]
    public async Task Message_ThatDoesNotArrive_IsTimedOut()
    {
        await using RawConnection connection = await OpenAsync();
        await connection.SendAsync(Frame(Headers, EndHeaders, 1, Request()));
        await connection.SendAsync(Frame(Data, 0, 1, [0, 0, 1, 0, 0, 1, 2, 3]));

        Assert.NotEmpty(await connection.ReadToCloseAsync());
        await AssertServesAsync();
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>The headers of a call: POST, http, and the rest as literals that enter no table.</summary>
    private static byte[] Request() =>
    [
        0x83, 0x86, .. Literal(":path", "/weaviate.v1.Weaviate/Search"), .. Literal(":authority", "x"), .. Literal("content-type", "application/grpc"),
        .. Literal("te", "trailers"),
    ];

    private static byte[] Literal(string name, string value) => [0, .. Text(name), .. Text(value)];

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length < 127)
        {
            return [(byte)bytes.Length, .. bytes];
        }

        var length = new List<byte> { 127 };
        int rest = bytes.Length - 127;
        for (; rest >= 128; rest >>= 7)
        {
            length.Add((byte)(rest | 0x80));
        }

        return [.. length, (byte)rest, .. bytes];
    }

    /// <summary>The types of the frames that the server sent.</summary>
    private static List<byte> FramesOf(byte[] received)
    {
        var types = new List<byte>();
        for (int at = 0; at + 9 <= received.Length; at += 9 + (BinaryPrimitives.ReadInt32BigEndian(received.AsSpan(at)) >>> 8))
        {
            types.Add(received[at + 3]);
        }

        return types;
    }

    private async Task<RawConnection> OpenAsync()
    {
        RawConnection connection = await RawConnection.OpenAsync(_server.Host.GrpcAddress!);
        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await connection.SendAsync(Frame(Settings, 0, 0, []));
        return connection;
    }

    private async Task AssertServesAsync()
    {
        using var other = new GrpcClient(_server.Host.GrpcAddress!);
        Assert.Equal("0", (await other.CallAsync("/grpc.health.v1.Health/Check", GrpcClient.Frame([]))).Status);
    }
}
