using Basalt.Server.Cli;
using Basalt.Server.Cli.Backup;
using Basalt.Server.Tests.Demo;

namespace Basalt.Server.Tests.Cli;

/// <summary>What somebody wrote into a repository does not reach the terminal as a command.</summary>
public sealed class PrintableTextTests
{
    private const string Hostile = "a\u001b[2Jb\u009b1mc\u0007d\re\u202ef\u2066g\0";

    [Theory]
    [InlineData("plain, ünïcode 日本", "plain, ünïcode 日本")]
    [InlineData(Hostile, "a\uFFFD[2Jb\uFFFD1mc\uFFFDd\uFFFDe\uFFFDf\uFFFDg\uFFFD")]
    [InlineData("two\nlines\u2028", "two\uFFFDlines\uFFFD")]
    [InlineData("", "")]
    public void Text_HasNoControlCharacters(string text, string expected) => Assert.Equal(expected, PrintableText.Of(text));

    [Fact]
    public void Text_OfLines_KeepsThem() => Assert.Equal("a\n\tb\uFFFD", PrintableText.Of("a\n\tb\u001b", keepLines: true));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Report_OfHostileNames_ControlsNoTerminal(bool isTerminal)
    {
        using var terminal = new TextConsole(isTerminal: true);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var report = new CommandReport(new CommandConsole(output, errors, isTerminal ? terminal.Console : null), isJson: false);

        report.Table(["ID", "ERROR"], [["b1", Hostile]]);
        report.Line(Hostile);
        report.Note(Hostile);

        Assert.DoesNotContain(output.ToString() + errors + terminal.Text, next => next is '\u009b' or '\u0007' or '\u202e' or '\0');
        Assert.DoesNotContain("\u001b[2J", output.ToString() + errors + terminal.Text, StringComparison.Ordinal);
    }
}
