using System.Text.Json;
using Basalt.Server.Tests.Demo;

namespace Basalt.Server.Tests.Cli;

/// <summary>The commands that need no data directory, each on a repository that a server made.</summary>
public sealed class RepositoryCommandTests(StoppedServer stopped) : IClassFixture<StoppedServer>
{
    [Fact]
    public async Task List_WhenRedirected_WritesLinesWithTabs()
    {
        CommandRun list = (await CommandRun.OfAsync("list", stopped.RepositoryUrl)).Expect(0);

        string[] lines = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["ID", "STATUS", "STARTED", "SIZE", "STORED", "CLASSES"], lines[0].Split('\t'));
        string[] row = Assert.Single(lines[1..]).Split('\t');
        Assert.Equal(["b1", "SUCCESS"], row[..2]);
        Assert.Equal("Author Book", row[^1]);
        Assert.Empty(list.Errors);
    }

    [Fact]
    public async Task List_OnATerminal_DrawsATable()
    {
        using var console = new TextConsole(isTerminal: true);

        CommandRun list = (await CommandRun.OfAsync(console.Console, "list", stopped.Repository)).Expect(0);

        Assert.Empty(list.Output);
        Assert.Contains("SUCCESS", console.Text, StringComparison.Ordinal);
        Assert.Contains('─', console.Text);
    }

    [Fact]
    public async Task ListAndShow_AsJson_DescribeTheSameBackup()
    {
        JsonElement list = (await CommandRun.OfAsync("list", stopped.Repository, "--json")).Expect(0).Json;
        JsonElement show = (await CommandRun.OfAsync("show", "b1", stopped.Repository, "--json")).Expect(0).Json;

        Assert.Equal(stopped.Repository, list.GetProperty("repository").GetString());
        Assert.True(JsonElement.DeepEquals(show, Assert.Single(list.GetProperty("backups").EnumerateArray())));
        Assert.Equal("SUCCESS", show.GetProperty("status").GetString());
        Assert.Equal("node1", show.GetProperty("node").GetString());
        Assert.Equal(["Author", "Book"], show.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.True(show.GetProperty("bytes").GetInt64() > 0);
        Assert.Equal(64, show.GetProperty("root").GetString()!.Length);
    }

    [Fact]
    public async Task Commands_OnWhatDoesNotExist_EndWithThree()
    {
        (await CommandRun.OfAsync("list", stopped.NewFolder())).ExpectFailure(3, "no backup repository");
        (await CommandRun.OfAsync("show", "b9", stopped.Repository)).ExpectFailure(3, "'b9'", stopped.Repository);
        (await CommandRun.OfAsync("verify", "b9", stopped.Repository)).ExpectFailure(3, "b9");
        (await CommandRun.OfAsync("delete", "b9", stopped.Repository)).ExpectFailure(3, "b9");
        (await CommandRun.OfAsync("copy", "b9", stopped.Repository, stopped.NewFolder())).ExpectFailure(3, "b9");
    }

    [Theory]
    [InlineData("structure")]
    [InlineData("existence")]
    [InlineData("checksums")]
    [InlineData("sample")]
    [InlineData("full")]
    public async Task Verify_OfAGoodBackup_SaysSo(string level)
    {
        JsonElement report = (await CommandRun.OfAsync("verify", "b1", stopped.Repository, "--level", level, "--json")).Expect(0).Json;

        Assert.True(report.GetProperty("good").GetBoolean());
        Assert.Equal(level, report.GetProperty("level").GetString());
        Assert.Empty(report.GetProperty("problems").EnumerateArray());
        Assert.Equal(level is "checksums" or "sample" or "full", report.GetProperty("bytesRead").GetInt64() > 0);
    }

    [Fact]
    public async Task Verify_OnATerminal_ShowsABarAndThenTheResult()
    {
        using var console = new TextConsole(isTerminal: true);

        CommandRun verify = (await CommandRun.OfAsync(console.Console, "verify", "b1", stopped.Repository, "--level", "full")).Expect(0);

        Assert.Contains("Backup 'b1' is good: level full", verify.Output, StringComparison.Ordinal);
        Assert.Contains("Verifying b1", console.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfADamagedBackup_NamesTheObjectAndEndsWithFour()
    {
        string repository = await stopped.CopyRepositoryAsync();
        string victim = Directory.EnumerateFiles(repository, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "reserve")
            .MaxBy(path => new FileInfo(path).Length)!;
        byte[] bytes = await File.ReadAllBytesAsync(victim);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(victim, bytes);

        CommandRun text = (await CommandRun.OfAsync("verify", "b1", repository, "--level", "full")).Expect(4);
        JsonElement report = (await CommandRun.OfAsync("verify", "b1", repository, "--level", "full", "--json")).Expect(4).Json;

        Assert.Contains("is damaged", text.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(victim), text.Output, StringComparison.Ordinal);
        Assert.False(report.GetProperty("good").GetBoolean());
        Assert.Contains(
            Path.GetFileName(victim), report.GetProperty("problems")[0].GetProperty("object").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_ToAnotherRepository_HasTheSameRoot()
    {
        string target = stopped.NewFolder();

        JsonElement copy = (await CommandRun.OfAsync("copy", "b1", stopped.RepositoryUrl, target, "--json")).Expect(0).Json;

        JsonElement original = (await CommandRun.OfAsync("show", "b1", stopped.Repository, "--json")).Expect(0).Json;
        Assert.True(copy.GetProperty("objectsCopied").GetInt32() > 0);
        Assert.Equal(original.GetProperty("root").GetString(), copy.GetProperty("backup").GetProperty("root").GetString());
        (await CommandRun.OfAsync("verify", "b1", target, "--level", "full")).Expect(0);
        CommandRun again = (await CommandRun.OfAsync("copy", "b1", stopped.Repository, target)).Expect(0);
        Assert.Contains("0 objects (0 B)", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteAndGarbageCollection_OfTheOnlyBackup_FreeItsSpace()
    {
        string repository = await stopped.CopyRepositoryAsync();

        JsonElement deleted = (await CommandRun.OfAsync("delete", "b1", repository, "--json")).Expect(0).Json;
        JsonElement planned = (await CommandRun.OfAsync("gc", repository, "--min-age", "0", "--dry-run", "--json")).Expect(0).Json;
        JsonElement spared = (await CommandRun.OfAsync("gc", repository, "--json")).Expect(0).Json;
        long before = BytesIn(repository);
        CommandRun collected = (await CommandRun.OfAsync("gc", repository, "--min-age", "0")).Expect(0);

        Assert.True(deleted.GetProperty("deleted").GetBoolean());
        Assert.True(planned.GetProperty("dryRun").GetBoolean());
        Assert.Equal(0, planned.GetProperty("documentsDeleted").GetInt32());
        Assert.Equal(0, spared.GetProperty("documentsDeleted").GetInt32());
        Assert.True(BytesIn(repository) < before / 2, $"{before} bytes before, {BytesIn(repository)} after");
        Assert.Contains("freed", collected.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("b1", (await CommandRun.OfAsync("list", repository)).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_OfAPlace_TellsWhetherItIsUsable()
    {
        string file = stopped.NewFolder();
        await File.WriteAllTextAsync(file, "in the way");

        JsonElement fresh = (await CommandRun.OfAsync("probe", stopped.NewFolder(), "--json")).Expect(0).Json;
        CommandRun used = (await CommandRun.OfAsync("probe", stopped.Repository)).Expect(0);

        Assert.True(fresh.GetProperty("usable").GetBoolean());
        Assert.False(fresh.GetProperty("hasRepository").GetBoolean());
        Assert.Contains("There is a repository.", used.Output, StringComparison.Ordinal);
        (await CommandRun.OfAsync("probe", file)).ExpectFailure(1, file);
    }

    private static long BytesIn(string repository) => new DirectoryInfo(repository)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.Name != "reserve")
        .Sum(file => file.Length);
}
