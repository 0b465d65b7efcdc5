using System.Diagnostics;

namespace Basalt.Server.Tests.Cli;

/// <summary>What the commands understand, and how they tell what they do not.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_OfTheGroup_ListsTheCommandsAndExitCodes()
    {
        CommandRun help = (await CommandRun.OfAsync("--help")).Expect(0);

        Assert.All(
            ["create", "list", "show", "verify", "restore", "delete", "prune", "gc", "copy", "probe", "Exit codes:"],
            word => Assert.Contains(word, help.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("create", "basalt backup create nightly-1 file:///backups --data /var/lib/basalt")]
    [InlineData("prune", "--keep-daily 7")]
    [InlineData("verify", "basalt backup verify nightly-1 /backups --level full --json")]
    public async Task Help_OfACommand_HasExamplesAndExitCodes(string command, string example)
    {
        CommandRun help = (await CommandRun.OfAsync(command, "--help")).Expect(0);

        Assert.Contains($"basalt backup {command}", help.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
        Assert.Contains(example, help.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", help.Output, StringComparison.Ordinal);
        Assert.Empty(help.Errors);
    }

    [Theory]
    [InlineData("", "backup --help")]
    [InlineData("lost /r", "lost", "backup --help")]
    [InlineData("list", "backup list --help")]
    [InlineData("list /r --wrong", "--wrong")]
    [InlineData("show B1! /r", "B1!", "a-z")]
    [InlineData("list ftp://host/path", "no such backend as 'ftp://'", "it has file://, gs://, s3://")]
    [InlineData("list gs://ab/path", "gs://ab/path", "3 to 222")]
    [InlineData("list s3://ab/path", "s3://ab/path", "3 to 63")]
    [InlineData("list file://host/path", "'host'", "file:///path")]
    [InlineData("copy b1 /r ftp://host/path", "ftp://")]
    [InlineData("verify b1 /r --level deep", "deep", "checksums")]
    [InlineData("verify b1 /r --sample-percent 0", "--sample-percent", "'0'")]
    [InlineData("prune /r", "no rule", "--keep-last")]
    [InlineData("prune /r --keep-last -1", "--keep-last", "-1")]
    [InlineData("prune /r --keep-last 1 --max-age 30", "--max-age", "30d", "'30'")]
    [InlineData("gc /r --min-age 366d", "--min-age", "365d")]
    [InlineData("create b1 /r", "--data")]
    public async Task CommandLine_WhenItIsWrong_SaysWhatAndEndsWithTwo(string line, params string[] parts) =>
        (await CommandRun.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ExpectFailure(2, parts);

    [Fact]
    public async Task Program_WhenABackupCommandFails_EndsWithItsCode()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Basalt.Server.dll"), "backup", "list", "/nowhere/at/all"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(3, process.ExitCode);
        Assert.Empty(output);
        Assert.Contains("no backup repository at '/nowhere/at/all'", await errors, StringComparison.Ordinal);
    }
}
