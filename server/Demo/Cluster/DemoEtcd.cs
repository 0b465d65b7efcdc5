using System.Net;
using System.Net.Sockets;

namespace Basalt.Server.Demo.Cluster;

/// <summary>A real etcd of one member, on free ports of 127.0.0.1.</summary>
internal sealed class DemoEtcd : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _process;

    private DemoEtcd(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where nodes reach it.</summary>
    public Uri Address { get; }

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where it may keep its data.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DemoFailureException">There is no etcd on this machine, or it does not start.</exception>
    public static async Task<DemoEtcd> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var client = new Uri($"http://127.0.0.1:{FreePort()}");
        string peer = $"http://127.0.0.1:{FreePort()}";
        string[] arguments =
        [
            "--name", "demo", "--data-dir", folder, "--initial-cluster", $"demo={peer}", "--initial-advertise-peer-urls", peer, "--listen-peer-urls", peer,
            "--listen-client-urls", Text(client), "--advertise-client-urls", Text(client),
        ];
        (ChildProcess process, _) = await ChildProcess.StartAsync(
            "etcd", arguments, new Dictionary<string, string>(), "ready to serve client requests", Patience, cancellationToken);
        return new DemoEtcd(process, client);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
