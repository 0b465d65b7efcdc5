using System.Text.Json;
using Basalt.Server.Cli;
using Spectre.Console;

namespace Basalt.Server.Tests.Cli;

/// <summary>A command that ran in this process, with what it wrote.</summary>
internal sealed record CommandRun(int Code, string Output, string Errors)
{
    /// <summary>The output as JSON; fails when it is none.</summary>
    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>Runs <c>backup</c> with arguments, its output redirected.</summary>
    public static Task<CommandRun> OfAsync(params string[] args) => OfAsync(null, args);

    /// <summary>As above, with terminals behind output and errors.</summary>
    public static Task<CommandRun> OfAsync(IAnsiConsole? terminal, params string[] args) => OfCommandAsync(terminal, ["backup", .. args]);

    /// <summary>Runs any command with arguments.</summary>
    public static async Task<CommandRun> OfCommandAsync(IAnsiConsole? terminal, params string[] command)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await CommandRunner.RunAsync(command, new CommandConsole(output, errors, terminal, terminal), CancellationToken.None);
        return new CommandRun(code, output.ToString(), errors.ToString());
    }

    /// <summary>Fails with all that was written unless it ended like that.</summary>
    public CommandRun Expect(int code)
    {
        Assert.True(Code == code, $"Expected exit code {code}, but got {Code}: {Output}{Errors}");
        return this;
    }

    /// <summary>Fails unless it ended like that, without a result and with all of the parts in its message.</summary>
    public void ExpectFailure(int code, params ReadOnlySpan<string> parts)
    {
        Expect(code);
        Assert.Empty(Output);
        foreach (string part in parts)
        {
            Assert.Contains(part, Errors, StringComparison.Ordinal);
        }
    }
}
