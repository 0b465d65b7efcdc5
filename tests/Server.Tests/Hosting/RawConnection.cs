using System.Net.Sockets;
using System.Text;

namespace Basalt.Server.Tests.Hosting;

/// <summary>A client that sends bytes as no HTTP library does.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TcpClient _client = new();

    private RawConnection()
    {
    }

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes);

    /// <summary>Sends until the server does not take any more.</summary>
    /// <param name="bytes">Sent again and again.</param>
    /// <param name="most">How often at the most.</param>
    /// <returns>Whether the server refused to take all of it.</returns>
    public async Task<bool> SendUntilRefusedAsync(ReadOnlyMemory<byte> bytes, int most)
    {
        try
        {
            for (int i = 0; i < most; i++)
            {
                await _client.GetStream().WriteAsync(bytes).AsTask().WaitAsync(Patience);
            }

            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>All that the server sends until it closes the connection.</summary>
    public async Task<byte[]> ReadToCloseAsync()
    {
        using var received = new MemoryStream();
        try
        {
            await _client.GetStream().CopyToAsync(received).WaitAsync(Patience);
        }
        catch (IOException)
        {
            // Closed with a reset.
        }

        return received.ToArray();
    }

    /// <summary>As above, as text.</summary>
    public async Task<string> ReadTextToCloseAsync() => Encoding.Latin1.GetString(await ReadToCloseAsync());

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
