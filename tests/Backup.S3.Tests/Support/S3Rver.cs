using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Basalt.Backup.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Backup.S3.Tests.Support;

/// <summary>A server that speaks S3 and does not keep its promises: it ignores conditions and checksums.</summary>
internal sealed class S3Rver : IDisposable
{
    private const string Bucket = "shelf";

    private readonly TemporaryDirectory _directory = new();
    private readonly string _endpoint;
    private Process? _process;

    private S3Rver()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        _endpoint = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    public S3BackendOptions Options => new()
    {
        Endpoint = _endpoint,
        UseSsl = false,
        Bucket = Bucket,
        Path = "wv",
        Credentials = new S3Credentials("S3RVER", "S3RVER"),
    };

    public static async Task<S3Rver> StartAsync()
    {
        Emulator.RequireTool("node", "Node 20");
        string program = Emulator.PathOf("s3rver/node_modules/s3rver/bin/s3rver.js");
        Emulator.Require(File.Exists(program), "s3rver is not installed (npm ci in tests/emulators/s3rver).");
        var server = new S3Rver();
        string[] endpoint = server._endpoint.Split(':');
        try
        {
            (server._process, _) = await Emulator.StartAsync(
                "node",
                [program, "--directory", server._directory.Path, "--address", endpoint[0], "--port", endpoint[1], "--configure-bucket", Bucket],
                "S3rver listening",
                TimeSpan.FromMinutes(1));
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        _directory.Dispose();
    }
}
