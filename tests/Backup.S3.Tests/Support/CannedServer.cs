using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Basalt.Backup.S3.Tests.Support;

/// <summary>A server that answers as a test tells it: errors that no real one gives on request.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string> _answer;
    private readonly Task _serving;

    /// <param name="answer">From the head of a request to the whole answer; an empty one closes the connection.</param>
    public CannedServer(Func<string, string> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>How often it was asked.</summary>
    public int Requests { get; private set; }

    public S3BackendOptions Options => new()
    {
        Endpoint = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}",
        UseSsl = false,
        Bucket = "shelf",
        Path = "wv",
        Credentials = new S3Credentials("KEYID", "TOPSECRET"),
    };

    /// <summary>An answer with an error as S3 writes it.</summary>
    public static string Error(int status, string code, string message = "because") =>
        Answer(
            status,
            $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message><RequestId>req-7</RequestId></Error>",
            "Content-Type: application/xml\r\nx-amz-request-id: req-7\r\n");

    public static string Answer(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Canned\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Requests++;
                await AnswerAsync(client.GetStream());
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
            {
                // The client went away, or the test has ended.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        string head = await ReadHeadAsync(stream);
        string answer = _answer(head);
        if (answer.Length == 0)
        {
            return;
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _stop.Token);
        stream.Socket.Shutdown(SocketShutdown.Send);

        // A close with bytes unread would take the answer back.
        await stream.CopyToAsync(Stream.Null, _stop.Token);
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] next = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(next, _stop.Token) > 0)
        {
            head.Append((char)next[0]);
        }

        return head.ToString();
    }
}
