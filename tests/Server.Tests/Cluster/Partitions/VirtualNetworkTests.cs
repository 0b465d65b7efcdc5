using System.Diagnostics;
using System.Globalization;
using Basalt.Server.Tests.Cluster.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

public sealed class VirtualNetworkTests
{
    [Fact]
    public async Task Namespace_OfATestThatWasKilled_IsRemovedByTheNextNetwork_WithWhatRunsInIt()
    {
        await using (await VirtualNetwork.CreateAsync("a"))
        {
            // Networks can be made here.
        }

        using Process owner = Process.Start("true");
        await owner.WaitForExitAsync();
        string left = string.Create(CultureInfo.InvariantCulture, $"basalt-{owner.Id}-0000-a");
        using Process making = Process.Start("ip", ["netns", "add", left]);
        await making.WaitForExitAsync();
        var start = new ProcessStartInfo("nsenter", [$"--net=/run/netns/{left}", "sh", "-c", "echo there; exec sleep 600"]) { RedirectStandardOutput = true };
        using Process server = Process.Start(start)!;
        Assert.Equal("there", await server.StandardOutput.ReadLineAsync());

        await using VirtualNetwork network = await VirtualNetwork.CreateAsync("a");
        await server.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.False(File.Exists($"/run/netns/{left}"));
    }

    [Fact]
    public async Task Network_ThatIsDisposed_LeavesNothing()
    {
        string[] hosts = ["a", "b"];
        VirtualNetwork network = await VirtualNetwork.CreateAsync(hosts);
        string[] spaces = [.. hosts.Select(host => network[host].Runner[^1].Split('=')[1])];
        bool[] before = [.. spaces.Select(File.Exists)];

        await network.DisposeAsync();

        Assert.Equal([true, true], before);
        Assert.DoesNotContain(spaces, File.Exists);
    }
}
