using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task RunAsync_WhenAnOptionIsUnknown_IsAUsageError() =>
        Assert.Equal(2, await DemoCommand.RunAsync(["--wrong"]));

    [Fact]
    public async Task RunAsync_WhenHelpIsAskedFor_Succeeds() =>
        Assert.Equal(0, await DemoCommand.RunAsync(["--help"]));
}
