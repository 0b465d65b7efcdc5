using System.Diagnostics;
using System.Text.Json;
using Basalt.Server.Hosting;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cli;

/// <summary>Looking for damage in the data of a stopped server, and making it usable again.</summary>
public sealed class InspectionCommandTests(StoppedServer stopped) : IClassFixture<StoppedServer>
{
    [Fact]
    public async Task Check_OfGoodData_SaysSoAndRepairChangesNothing()
    {
        string data = CopyData();
        string[] before = Directory.GetFileSystemEntries(data);

        CommandRun check = (await RunAsync("check", "--data", data)).Expect(0);
        JsonElement json = (await RunAsync("check", "--data", data, "--json")).Expect(0).Json;
        CommandRun repair = (await RunAsync("repair", "--data", data, "--yes")).Expect(0);

        Assert.Contains("is good", check.Output, StringComparison.Ordinal);
        Assert.True(json.GetProperty("good").GetBoolean());
        Assert.True(json.GetProperty("segments").GetInt32() > 0);
        Assert.Empty(json.GetProperty("damage").EnumerateArray());
        Assert.Contains("nothing was changed", repair.Output, StringComparison.Ordinal);
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(data).Order());
    }

    [Fact]
    public async Task Repair_OfADamagedSegment_TellsFirstAndKeepsWhatCanBeRead()
    {
        string data = CopyData();
        string file = Damage(data);

        JsonElement check = (await RunAsync("check", "--data", data, "--json")).Expect(4).Json;
        (await RunAsync("repair", "--data", data)).ExpectFailure(2, "--dry-run", "--yes");
        JsonElement told = (await RunAsync("repair", "--data", data, "--dry-run", "--json")).Expect(4).Json;
        (await RunAsync("check", "--data", data)).Expect(4);
        JsonElement done = (await RunAsync("repair", "--data", data, "--yes", "--json")).Expect(0).Json;
        (await RunAsync("check", "--data", data)).Expect(0);

        JsonElement damage = check.GetProperty("damage")[0];
        Assert.Equal(Path.GetFileName(file), damage.GetProperty("file").GetString());
        Assert.True(damage.TryGetProperty("keyspace", out _));
        Assert.Equal(told.GetProperty("losses").ToString(), done.GetProperty("losses").ToString());
        Assert.True(File.Exists(Path.Combine(done.GetProperty("lostFolder").GetString()!, Path.GetFileName(file))));
        await using ServerHost server = await stopped.ServeAsync(data);
        using var client = new ApiClient(server.Address);
        (await client.GetAsync("/v1/schema/Author")).Expect(200);
    }

    [Fact]
    public async Task Check_OfWhatIsNoDatabaseOrRuns_SaysSo()
    {
        string data = stopped.NewFolder();

        (await RunAsync("check", "--data", data)).ExpectFailure(3, data, "--data");
        Assert.False(Directory.Exists(data));
        string copy = CopyData();
        await using ServerHost server = await stopped.ServeAsync(copy);
        (await RunAsync("check", "--data", copy)).ExpectFailure(1, "does not run");
        (await RunAsync("repair", "--data", copy, "--yes")).ExpectFailure(1, "does not run");
    }

    [Theory]
    [InlineData("check")]
    [InlineData("repair")]
    public async Task Help_OfACommand_HasExamplesAndExitCodes(string command)
    {
        CommandRun help = (await RunAsync(command, "--help")).Expect(0);

        Assert.Contains($"basalt {command} --data", help.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_GivenTheDirectoryByItsVariable_ChecksAndRepairsIt()
    {
        string data = CopyData();
        string file = Damage(data);

        (int code, string output) = await RunProgramAsync(data, "check");
        Assert.True(code == 4, output);
        Assert.Contains(Path.GetFileName(file), output, StringComparison.Ordinal);
        (code, output) = await RunProgramAsync(data, "repair", "--yes");
        Assert.True(code == 0, output);
        Assert.Contains("lost-", output, StringComparison.Ordinal);
        (code, output) = await RunProgramAsync(data, "check");
        Assert.True(code == 0, output);
    }

    private static Task<CommandRun> RunAsync(params string[] command) => CommandRun.OfCommandAsync(null, command);

    private static async Task<(int Code, string Output)> RunProgramAsync(string data, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Basalt.Server.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PERSISTENCE_DATA_PATH"] = data },
        };
        using Process program = Process.Start(start)!;
        Task<string> output = program.StandardOutput.ReadToEndAsync();
        Task<string> errors = program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        return (program.ExitCode, await output + await errors);
    }

    /// <summary>Flips a bit in the largest segment, which holds the books.</summary>
    private static string Damage(string data)
    {
        string file = new DirectoryInfo(data).GetFiles("*.seg").MaxBy(segment => segment.Length)!.FullName;
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private string CopyData()
    {
        string copy = stopped.NewFolder();
        Directory.CreateDirectory(copy);
        foreach (string path in Directory.GetFiles(stopped.Data))
        {
            File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        }

        return copy;
    }
}
