using Basalt.Server.Cli;
using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class DemoArgumentsTests
{
    [Fact]
    public void Parse_WhenNothingIsGiven_AsksForNothing() =>
        Assert.Equal(new DemoArguments(ShowHelp: false, Keep: false), DemoArguments.Parse([]));

    [Fact]
    public void Parse_WhenOptionsAreGiven_TakesThem()
    {
        Assert.Equal(new DemoArguments(ShowHelp: false, Keep: true), DemoArguments.Parse(["--keep"]));
        Assert.Equal(new DemoArguments(ShowHelp: true, Keep: false), DemoArguments.Parse(["--help"]));
        Assert.Equal(new DemoArguments(ShowHelp: true, Keep: true), DemoArguments.Parse(["--keep", "-h"]));
        Assert.Equal(new DemoArguments(ShowHelp: false, Keep: false, Nodes: 3), DemoArguments.Parse(["--nodes", "3"]));
    }

    [Theory]
    [InlineData("--kep")]
    [InlineData("keep")]
    [InlineData("--keep=yes")]
    [InlineData("")]
    public void Parse_WhenAnOptionIsUnknown_NamesIt(string argument)
    {
        CommandLineException error = Assert.Throws<CommandLineException>(() => DemoArguments.Parse(["--keep", argument]));

        Assert.Contains($"'{argument}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("--help", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nodes")]
    [InlineData("--nodes", "1")]
    [InlineData("--nodes", "ten")]
    [InlineData("--nodes", "3", "--keep")]
    public void Parse_WhenTheClusterMakesNoSense_SaysWhat(params string[] arguments) =>
        Assert.Contains("--nodes", Assert.Throws<CommandLineException>(() => DemoArguments.Parse(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void Help_WhenPrinted_NamesEveryOptionAndFitsATerminal()
    {
        Assert.Contains("--nodes", DemoArguments.Help, StringComparison.Ordinal);
        Assert.Contains("--keep", DemoArguments.Help, StringComparison.Ordinal);
        Assert.Contains("--help", DemoArguments.Help, StringComparison.Ordinal);
        Assert.All(DemoArguments.Help.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }
}
