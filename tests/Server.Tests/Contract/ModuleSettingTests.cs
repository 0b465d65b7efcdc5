using System.Diagnostics;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Contract;

/// <summary>Sections 4.1 and 4.6 with trap 10.20: which modules the server has, and what stops its start.</summary>
public sealed class ModuleSettingTests
{
    [Theory]
    [InlineData("ENABLE_MODULES=backup-filesystem", "init module \"backup-filesystem\": empty backup path provided", "BACKUP_FILESYSTEM_PATH")]
    [InlineData("ENABLE_MODULES= text2vec-none , backup-filesystem", "init module \"backup-filesystem\"", "BACKUP_FILESYSTEM_PATH")]
    [InlineData("ENABLE_MODULES=backup-filesystem;BACKUP_FILESYSTEM_PATH=backups", "relative backup path provided", "BACKUP_FILESYSTEM_PATH")]
    public void Modules_4_1_KnownOneWithoutItsSettings_IsRefusedByName(string variables, params string[] parts)
    {
        string message = Assert.Throws<SettingsException>(() => Read(variables)).Message;

        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Modules_4_6_PathThatCannotBeMade_StopsTheStart()
    {
        SettingsException refused = await Assert.ThrowsAsync<SettingsException>(
            () => TestServer.StartAsync(settings => settings with { FileSystemBackupPath = "/dev/null/backups" }));

        Assert.Contains("invalid backup path provided", refused.Message, StringComparison.Ordinal);
        Assert.Contains("BACKUP_FILESYSTEM_PATH", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ENABLE_MODULES=text2vec-unknown", null)]
    [InlineData("ENABLE_MODULES=text2vec-unknown;BACKUP_FILESYSTEM_PATH=/b", null)]
    [InlineData("ENABLE_MODULES= text2vec-unknown , backup-filesystem ;BACKUP_FILESYSTEM_PATH=/b", "/b")]
    [InlineData("BACKUP_FILESYSTEM_PATH=/b", "/b")]
    [InlineData("PERSISTENCE_DATA_PATH=/d", "/d-backups")]
    public void Modules_4_1_UnknownOne_IsIgnored(string variables, string? path) => Assert.Equal(path, Read(variables).FileSystemBackupPath);

    [Fact]
    public async Task Modules_10_20_KnownOneWithoutItsSettings_EndsTheProcessWithStatus1()
    {
        using var directory = new TemporaryDirectory();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Basalt.Server.dll"), "--port", "0"])
        {
            RedirectStandardError = true,
            Environment =
            {
                ["PERSISTENCE_DATA_PATH"] = directory["data"],
                ["ENABLE_MODULES"] = "backup-filesystem",
                ["BACKUP_FILESYSTEM_PATH"] = "",
            },
        };
        using Process process = Process.Start(start)!;

        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("'BACKUP_FILESYSTEM_PATH' must be set", error, StringComparison.Ordinal);
    }

    private static ServerSettings Read(string variables) =>
        SettingsReader.Read(variables.Split(';')
            .Select(variable => variable.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal));
}
