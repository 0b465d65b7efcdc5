using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Demo;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Demo_WhenAnOptionIsUnknown_IsAUsageError()
    {
        using TemporaryDirectory folder = new();
        using DemoProcess demo = new(folder.Path, "--wrong");

        (int exitCode, string output, string errors) = await demo.WaitAsync();

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("'--wrong'", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_WhenHelpIsAskedFor_PrintsItAndSucceeds()
    {
        using TemporaryDirectory folder = new();
        using DemoProcess demo = new(folder.Path, "--help");

        (int exitCode, string output, _) = await demo.WaitAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains("--keep", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Demo_WhenASignalInterruptsIt_StopsCleanlyAndLeavesNothingBehind(string signal, int expected)
    {
        using TemporaryDirectory folder = new();
        using DemoProcess demo = new(folder.Path, "--keep");
        await demo.WaitForLineAsync("Server on");

        await demo.SendAsync(signal);
        (int exitCode, string output, string errors) = await demo.WaitAsync();

        Assert.Equal(expected, exitCode);
        Assert.Contains("Stopped before the end", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        Assert.Empty(errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path, "basalt-demo-*"));
    }

    [Fact]
    public async Task Demo_WhenThereIsNoPlaceForItsData_FailsWithAdvice()
    {
        using TemporaryDirectory folder = new();
        using DemoProcess demo = new(folder["missing"]);

        (int exitCode, string output, _) = await demo.WaitAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(folder["missing"], output, StringComparison.Ordinal);
        Assert.Contains("set TMPDIR", output, StringComparison.Ordinal);
    }
}
