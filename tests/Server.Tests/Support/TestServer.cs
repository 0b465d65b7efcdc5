using Basalt.Backup;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Configuration;
using Basalt.Server.Hosting;
using Basalt.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Basalt.Server.Tests.Support;

/// <summary>A whole server in this process, on a free port and a directory of its own that goes away with it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Func<ServerSettings, ServerSettings> _configure;
    private readonly Func<IBackupBackend, IBackupBackend>? _decorateBackend;
    private readonly PeerLink? _link;

    // Null while the server is down.
    private ServerHost? _host;
    private ApiClient? _client;
    private GrpcClient? _grpc;

    private TestServer(Func<ServerSettings, ServerSettings> configure, Func<IBackupBackend, IBackupBackend>? decorateBackend, PeerLink? link)
    {
        _link = link;
        _configure = configure;
        _decorateBackend = decorateBackend;
    }

    /// <summary>The running server.</summary>
    public ServerHost Host => _host ?? throw new InvalidOperationException("The server is down.");

    /// <summary>A client of the running server.</summary>
    public ApiClient Client => _client ?? throw new InvalidOperationException("The server is down.");

    /// <summary>A gRPC client of the running server.</summary>
    public GrpcClient Grpc => _grpc ??= new GrpcClient(Host.GrpcAddress!);

    /// <summary>Where the server keeps backups, unless configured otherwise.</summary>
    public string BackupPath => _directory["backups"];

    /// <summary>A folder beside the data, for backups for example; it exists.</summary>
    public string Scratch => Directory.CreateDirectory(_directory["scratch"]).FullName;

    /// <summary>
    /// Starts a server with backups beside its data; <paramref name="configure"/> changes its settings and
    /// <paramref name="decorateBackend"/> its store of backups, for restarts as well; <paramref name="link"/> joins it to others.
    /// </summary>
    public static async Task<TestServer> StartAsync(
        Func<ServerSettings, ServerSettings>? configure = null,
        Func<IBackupBackend, IBackupBackend>? decorateBackend = null,
        PeerLink? link = null)
    {
        var server = new TestServer(configure ?? (static settings => settings), decorateBackend, link);
        try
        {
            await server.StartHostAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server cleanly and starts it on the same data, at another port.</summary>
    /// <param name="whileDown">Done in between.</param>
    public async Task RestartAsync(Action? whileDown = null)
    {
        await StopHostAsync();
        whileDown?.Invoke();
        await StartHostAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopHostAsync();
        _directory.Dispose();
    }

    private async Task StartHostAsync()
    {
        var settings = new ServerSettings
        {
            DataPath = _directory["data"],
            FileSystemBackupPath = BackupPath,
            Urls = ["http://127.0.0.1:0"],
            Grpc = new GrpcSettings(0),
            NodeName = "node1",
            LogLevel = LogLevel.Error,
        };
        _host = await ServerHost.StartAsync(_configure(settings), _decorateBackend, link: _link);
        _client = new ApiClient(_host.Address);
    }

    private async Task StopHostAsync()
    {
        _client?.Dispose();
        _client = null;
        _grpc?.Dispose();
        _grpc = null;
        if (_host is not null)
        {
            await _host.DisposeAsync();
            _host = null;
        }
    }
}
