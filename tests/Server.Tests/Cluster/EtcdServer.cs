using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Cluster.Etcd;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster;

/// <summary>A real etcd on free ports, with its data in a temporary folder. It can be killed and started again with the same data.</summary>
internal sealed class EtcdServer : IAsyncDisposable
{
    private const int Attempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
    private readonly ConcurrentQueue<string> _output = new();
    private readonly NetworkHost _host;
    private readonly string[] _arguments;
    private readonly Uri _health;
    private Process? _process;

    private EtcdServer(NetworkHost host, string name, string scheme, int[] ports, string members, string[] arguments)
    {
        _host = host;
        Client = new Uri($"{scheme}://{host.Address}:{ports[0]}");
        string peer = $"http://{host.Address}:{ports[1]}";
        _health = new Uri($"http://{host.Address}:{ports[2]}");
        _arguments =
        [
            "--name", name, "--data-dir", _folder["data"], "--initial-cluster", members,
            "--listen-client-urls", Client.GetLeftPart(UriPartial.Authority), "--advertise-client-urls", Client.GetLeftPart(UriPartial.Authority),
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--listen-metrics-urls", _health.GetLeftPart(UriPartial.Authority), .. arguments,
        ];
    }

    /// <summary>Where clients reach it.</summary>
    public Uri Client { get; }

    /// <summary>How a store reaches it, with patience for a disk that others use, too.</summary>
    public EtcdOptions Options => OptionsFor(Client);

    /// <summary>As <see cref="Options"/>, for what is in front of it.</summary>
    public static EtcdOptions OptionsFor(Uri client) => new() { Endpoints = [client], RequestTimeout = TimeSpan.FromSeconds(30), Patience = Patience };

    /// <summary>Starts one member that is a cluster of its own.</summary>
    public static async Task<EtcdServer> StartAsync(params string[] arguments) => (await StartClusterAsync([NetworkHost.Loopback], Uri.UriSchemeHttp, arguments))[0];

    /// <summary>Starts one member that is reached with TLS.</summary>
    public static async Task<EtcdServer> StartSecureAsync(params string[] arguments) => (await StartClusterAsync([NetworkHost.Loopback], Uri.UriSchemeHttps, arguments))[0];

    /// <summary>Starts several members of one cluster.</summary>
    public static Task<ImmutableArray<EtcdServer>> StartClusterAsync(int size) => StartClusterAsync([.. Enumerable.Repeat(NetworkHost.Loopback, size)]);

    /// <summary>Starts several members of one cluster, each at a place of its own.</summary>
    public static Task<ImmutableArray<EtcdServer>> StartClusterAsync(params NetworkHost[] hosts) => StartClusterAsync(hosts, Uri.UriSchemeHttp, []);

    /// <summary>Ends it in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Starts it again with the data it had.</summary>
    public async Task RestartAsync()
    {
        Run();
        await HealthyAsync();
    }

    /// <summary>Asks the gateway for anything.</summary>
    public async Task<JsonElement> CallAsync(string path, object body)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(new Uri(Client, $"/v3/{path}"), body);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        using JsonDocument document = JsonDocument.Parse(answer);
        return document.RootElement.Clone();
    }

    /// <summary>The text of a key, as this member and most others have it; null if it is not there.</summary>
    public async Task<string?> FindAsync(string key)
    {
        JsonElement answer = await CallAsync("kv/range", new { key = Encoding.UTF8.GetBytes(key) });
        return answer.TryGetProperty("kvs", out JsonElement found) ? Encoding.UTF8.GetString(found[0].GetProperty("value").GetBytesFromBase64()) : null;
    }

    /// <summary>Whether it leads its cluster.</summary>
    public async Task<bool> IsLeaderAsync()
    {
        JsonElement status = await CallAsync("maintenance/status", new { });

        // Left out while there is none.
        return status.TryGetProperty("leader", out JsonElement leader) && leader.GetString() == status.GetProperty("header").GetProperty("member_id").GetString();
    }

    /// <summary>Makes it ask for a user and a password.</summary>
    public async Task RequirePasswordAsync(string password)
    {
        await CallAsync("auth/user/add", new { name = "root", password });
        await CallAsync("auth/role/add", new { name = "root" });
        await CallAsync("auth/user/grant", new { user = "root", role = "root" });
        await CallAsync("auth/enable", new { });
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private static async Task<ImmutableArray<EtcdServer>> StartClusterAsync(NetworkHost[] hosts, string scheme, string[] arguments)
    {
        Emulator.RequireTool("etcd", "Debian package etcd-server");
        for (int attempt = 1; ; attempt++)
        {
            int[][] ports = [.. FreePorts(3 * hosts.Length).Chunk(3)];
            string members = string.Join(',', ports.Select((own, i) => $"m{i}=http://{hosts[i].Address}:{own[1]}"));
            ImmutableArray<EtcdServer> servers = [.. ports.Select((own, i) => new EtcdServer(hosts[i], $"m{i}", scheme, own, members, arguments))];
            try
            {
                foreach (EtcdServer server in servers)
                {
                    server.Run();
                }

                await Task.WhenAll(servers.Select(server => server.HealthyAsync()));
                return servers;
            }
            catch (Exception failure)
            {
                bool isPortTaken = servers.Any(server => server._output.Any(line => line.Contains("address already in use", StringComparison.Ordinal)));
                foreach (EtcdServer server in servers)
                {
                    await server.DisposeAsync();
                }

                if (!isPortTaken || attempt == Attempts)
                {
                    throw new InvalidOperationException($"etcd did not start, attempt {attempt}.", failure);
                }
            }
        }
    }

    /// <summary>
    /// Ports that nobody listens on now, outside of the range that the system gives to connections: one of those could take the port of a server
    /// that is down for a while.
    /// </summary>
    private static int[] FreePorts(int count)
    {
        var listeners = new Dictionary<int, TcpListener>();
        try
        {
            while (listeners.Count < count)
            {
                int port = Random.Shared.Next(15_000, 30_000);
                if (listeners.ContainsKey(port))
                {
                    continue;
                }

                var listener = new TcpListener(IPAddress.Loopback, port);
                try
                {
                    listener.Start();
                    listeners[port] = listener;
                }
                catch (SocketException)
                {
                    // Taken.
                    listener.Dispose();
                }
            }

            return [.. listeners.Keys];
        }
        finally
        {
            foreach (TcpListener listener in listeners.Values)
            {
                listener.Dispose();
            }
        }
    }

    private void Run()
    {
        string[] command = [.. _host.Runner, "etcd", .. _arguments];
        Process process = new() { StartInfo = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true } };
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
        _process = process;
    }

    private void Kill() => _process?.Kill();

    private async Task HealthyAsync()
    {
        var waited = Stopwatch.StartNew();
        while (!await IsHealthyAsync())
        {
            if (waited.Elapsed > Patience || _process is not { HasExited: false })
            {
                throw new InvalidOperationException($"etcd is not ready: {string.Join('\n', _output.TakeLast(20))}");
            }

            await Task.Delay(50);
        }
    }

    private async Task<bool> IsHealthyAsync()
    {
        try
        {
            return (await _http.GetStringAsync(new Uri(_health, "/health"))).Contains("true", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
