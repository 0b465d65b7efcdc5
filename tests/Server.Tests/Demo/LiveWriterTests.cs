using Basalt.Server.Demo;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Demo;

public sealed class LiveWriterTests
{
    [Fact]
    public async Task StopAsync_WhenItHasWritten_LeavesTheServerAsTheLogSays()
    {
        await using DemoServer server = await DemoServer.StartAsync();
        await using LiveWriter writer = LiveWriter.Start(server.Client, new WriteWorkload(DemoServer.Objects, seed: 1));
        await Eventually.TrueAsync(() => writer.Log.Acknowledged > 100);

        await writer.StopAsync();

        Assert.Equal(writer.Log.Started, writer.Log.Acknowledged);
        LoggedWrite[] writes = writer.Log.ToArray();
        Assert.Equal(CutChecker.StateAfter(DemoServer.Objects, writes, writes.Length), await server.ReadAsync());
    }

    [Fact]
    public async Task StopAsync_WhenAWriteWasRefused_TellsIt()
    {
        await using DemoServer server = await DemoServer.StartAsync();
        await using LiveWriter writer = LiveWriter.Start(server.Client, new WriteWorkload(DemoServer.Objects, seed: 1));
        await Eventually.TrueAsync(() => writer.Log.Acknowledged > 10);

        await server.Client.DeleteClassAsync(CityObject.ClassName, CancellationToken.None);

        // An insert could create the class again by auto-schema; an update or a deletion cannot.
        await Eventually.TrueAsync(() => writer.ThrowIfFailedAsync().IsFaulted);
        await Assert.ThrowsAsync<DemoFailureException>(writer.StopAsync);
    }
}
