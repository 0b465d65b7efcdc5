using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Basalt.Backup.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>
/// A network of its own on this machine: each host is a network namespace, all are on one bridge, and the test reaches every one of them, always. A way between
/// two hosts can be cut, in one direction too: then packets vanish and nobody is told. Needs root and the package iproute2.
/// </summary>
/// <remarks>
/// The bridge is in a namespace of its own, where no packet filter of the machine sees what hosts send each other. Hosts know each other's hardware addresses for
/// good, and a way is cut by giving its beginning one that nobody has. An interface that is taken down would tell the sender, and hide the host from the test.
/// </remarks>
internal sealed class VirtualNetwork : IAsyncDisposable
{
    private const string Namespaces = "/run/netns";
    private const string Mark = "basalt-";
    private const string Nobody = "02:00:00:00:00:00";

    private readonly string _suffix = Random.Shared.Next(1 << 16).ToString("x4", CultureInfo.InvariantCulture);
    private readonly string _subnet = FreeSubnet();
    private readonly string[] _names;

    private VirtualNetwork(string[] names) => _names = names;

    private string Prefix => $"{Mark}{Environment.ProcessId}-{_suffix}-";

    private string Switch => $"{Prefix}switch";

    // At most 15 characters, as the kernel wants it.
    private string Uplink => $"bz{Environment.ProcessId:x}{_suffix}";

    /// <summary>A host.</summary>
    public NetworkHost this[string name] => new(AddressOf(name), ["nsenter", $"--net={Namespaces}/{Prefix}{name}"]);

    /// <summary>Makes a network with hosts of some names. What test processes that were killed have left of theirs is removed first.</summary>
    public static async Task<VirtualNetwork> CreateAsync(params string[] names)
    {
        Emulator.RequireRoot("A network of namespaces");
        Emulator.RequireTool("ip", "Debian package iproute2");
        await SweepAsync();
        var network = new VirtualNetwork(names);
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>From here on nothing that a host sends arrives at some others; what they send arrives.</summary>
    public Task CutOneWayAsync(string from, params IEnumerable<string> to) =>
        RunAsync(["-n", Prefix + from, "-batch", "-"], to.Select(other => Neighbour(other, Nobody)));

    /// <summary>From here on nothing gets through between a host and some others.</summary>
    public Task SeparateAsync(string host, params IReadOnlyCollection<string> others) =>
        Task.WhenAll([CutOneWayAsync(host, others), .. others.Select(other => CutOneWayAsync(other, host))]);

    /// <summary>From here on nothing gets through between a host and all others.</summary>
    public Task IsolateAsync(string host) => SeparateAsync(host, [.. _names.Where(other => other != host)]);

    /// <summary>Everything gets through again.</summary>
    public Task HealAsync() => Task.WhenAll(_names.Select(host => RunAsync(["-n", Prefix + host, "-batch", "-"], Neighbours(host))));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (string name in _names.Select(host => Prefix + host).Append(Switch).Where(IsThere))
        {
            await RemoveAsync(name);
        }
    }

    private static string FreeSubnet()
    {
        string[] taken = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(address => address.Address.ToString())];
        string subnet;
        do
        {
            subnet = string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(200, 255)}.{Random.Shared.Next(256)}.");
        }
        while (taken.Any(address => address.StartsWith(subnet, StringComparison.Ordinal)));

        return subnet;
    }

    private static bool IsThere(string name) => File.Exists(Path.Combine(Namespaces, name));

    private static async Task SweepAsync()
    {
        string[] left = Directory.Exists(Namespaces) ? Directory.GetFiles(Namespaces, $"{Mark}*") : [];
        foreach (string name in left.Select(path => Path.GetFileName(path)))
        {
            if (!Directory.Exists($"/proc/{name.Split('-')[1]}"))
            {
                await RemoveAsync(name);
            }
        }
    }

    /// <summary>Removes a namespace with the processes in it. Another process may be doing the same.</summary>
    private static async Task RemoveAsync(string name)
    {
        (_, string processes) = await TryRunAsync(["netns", "pids", name], []);
        foreach (string id in processes.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (int.TryParse(id, CultureInfo.InvariantCulture, out int number))
            {
                try
                {
                    using var process = Process.GetProcessById(number);
                    process.Kill();
                }
                catch (ArgumentException)
                {
                    // It has ended by itself.
                }
            }
        }

        await TryRunAsync(["netns", "delete", name], []);
    }

    private static async Task RunAsync(IEnumerable<string> arguments, IEnumerable<string> commands)
    {
        (int code, string output) = await TryRunAsync(arguments, commands);
        Assert.True(code == 0, $"ip {string.Join(' ', arguments)}: {output}");
    }

    private static async Task<(int Code, string Output)> TryRunAsync(IEnumerable<string> arguments, IEnumerable<string> commands)
    {
        var start = new ProcessStartInfo("ip", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(string.Join('\n', commands));
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + errors);
    }

    private async Task BuildAsync()
    {
        (int code, string output) = await TryRunAsync(["netns", "add", Switch], []);
        Emulator.Require(code == 0, $"Network namespaces cannot be made here: {output}");
        await RunAsync(
            ["-batch", "-"],
            [
                .. _names.Select(host => $"netns add {Prefix}{host}"),
                $"link add name {Uplink} type veth peer name test netns {Switch}",
                $"address add {_subnet}1/24 dev {Uplink}",
                $"link set dev {Uplink} up",
            ]);
        await RunAsync(
            ["-n", Switch, "-batch", "-"],
            [
                "link add name bridge type bridge",
                "link set dev bridge up",
                "link set dev test master bridge up",
                .. _names.SelectMany(host => (string[])
                [
                    $"link add name {host} type veth peer name eth0 address {HardwareAddressOf(host)} netns {Prefix}{host}",
                    $"link set dev {host} master bridge up",
                ]),
            ]);
        await Task.WhenAll(_names.Select(host => RunAsync(
            ["-n", Prefix + host, "-batch", "-"],
            ["link set lo up", $"address add {AddressOf(host)}/24 dev eth0", "link set eth0 up", .. Neighbours(host)])));
    }

    // The test has the first address.
    private int NumberOf(string host) => Array.IndexOf(_names, host) is >= 0 and int index ? index + 2 : throw new ArgumentException($"There is no host '{host}'.", nameof(host));

    private string AddressOf(string host) => string.Create(CultureInfo.InvariantCulture, $"{_subnet}{NumberOf(host)}");

    private string HardwareAddressOf(string host) => string.Create(CultureInfo.InvariantCulture, $"02:00:00:00:01:{NumberOf(host):x2}");

    private IEnumerable<string> Neighbours(string host) => _names.Where(other => other != host).Select(other => Neighbour(other, HardwareAddressOf(other)));

    private string Neighbour(string host, string hardwareAddress) => $"neighbour replace {AddressOf(host)} lladdr {hardwareAddress} dev eth0 nud permanent";
}
