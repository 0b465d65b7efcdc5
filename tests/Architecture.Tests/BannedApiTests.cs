using Basalt.Architecture.Tests.Metadata;
using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests;

/// <summary>Files, clocks, threads and syncs are used only behind their ports.</summary>
public sealed class BannedApiTests
{
    private static readonly string[] Everywhere = ["engine", "backup", "server"];

    private static readonly string[] RawFileTypes =
    [
        "System.IO.File", "System.IO.FileStream", "System.IO.FileInfo", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.IO.RandomAccess", "System.IO.FileSystemInfo", "System.IO.MemoryMappedFiles.MemoryMappedFile",
    ];

    /// <summary>The few places that own a thread, with what it must not share a pool thread for.</summary>
    private static readonly Dictionary<string, string> ThreadOwners = new(StringComparer.Ordinal)
    {
        ["engine/Compaction/BackgroundWorker.cs"] = "A flush must start at once even when the pool is busy with callers that wait for that flush.",
        ["backup/Core/Backends/FileSystem/TransferThread.cs"] = "A transfer blocks in syncs and runs at the lowest priority, which a thread of the pool would keep for good.",
    };

    private static readonly BannedApi[] Rules =
    [
        new(
            "raw files in the engine",
            "Go through IFileSystem: its implementation checks every sync, and tests inject failures there.",
            ["engine"],
            use => RawFileTypes.Contains(use.Type),
            source => source.Path.StartsWith("engine/Storage/", StringComparison.Ordinal)),
        new(
            "raw files in the backup layer",
            "Go through IBackupBackend: everything else must work on object storage too.",
            ["backup"],
            use => RawFileTypes.Contains(use.Type),
            source => source.Path.StartsWith("backup/Core/Backends/FileSystem/", StringComparison.Ordinal)),
        new(
            "the system clock",
            "Take a TimeProvider, so that tests can turn the clock.",
            Everywhere,
            use => use.Type is "System.DateTime" or "System.DateTimeOffset" && use.Member is "get_UtcNow" or "get_Now" or "get_Today",
            _ => false),
        new(
            "threads of its own",
            "Use tasks; a dedicated thread is named, with its reason, in this test's list of owners.",
            Everywhere,
            use => use is { Type: "System.Threading.Thread", Member: ".ctor" },
            source => ThreadOwners.ContainsKey(source.Path)),
        new(
            "the framework's flush to disk",
            ".NET swallows the error of a failed fsync; use FileDurability. Only the way out for other systems than Linux may call it.",
            Everywhere,
            use => use is { Type: "System.IO.RandomAccess", Member: "FlushToDisk" } or { Type: "System.IO.FileStream", Member: "Flush", Parameters: 1 },
            source => source.Path == "engine/Storage/PlatformCalls.cs"),
        new(
            "sleeping",
            "Wait for the condition itself; a delay without a TimeProvider cannot be tested.",
            ["engine", "backup"],
            use => use is { Type: "System.Threading.Thread", Member: "Sleep" } or { Type: "System.Threading.Tasks.Task", Member: "Delay" },

            // Its tests give it another way to rest; here the thread itself must stop.
            source => source.Path == "engine/Snapshots/StreamPacer.cs"),
        new(
            "the console",
            "Libraries and request handlers log; only the command line prints.",
            Everywhere,
            use => use.Type == "System.Console",
            source => source.Path.StartsWith("server/Cli/", StringComparison.Ordinal)
                || source.Path.StartsWith("server/Demo/", StringComparison.Ordinal)
                || source.Path == "server/Program.cs"),
    ];

    public static TheoryData<string> RuleNames => [.. Rules.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void ShippedCode_WhenCompiled_UsesTheApiOnlyInItsPort(string rule) =>
        Violations.AssertNone(Rules.Single(candidate => candidate.Name == rule).Violations());

    [Fact]
    public void ThreadOwners_WhenListed_Exist() =>
        Assert.All(ThreadOwners.Keys, path => Assert.Contains(Repository.ShippedSources, source => source.Path == path));

    [Fact]
    public async Task ApiUseScanner_WhenScanningThisAssembly_FindsUsesInLambdasAndAsyncMethods()
    {
        Func<string, bool> exists = path => File.Exists(path);
        await Task.Yield();
        DateTimeOffset now = DateTimeOffset.UtcNow;

        IReadOnlyList<ApiUse> uses = ApiUseScanner.Scan(typeof(BannedApiTests).Assembly.Location);

        string caller = typeof(BannedApiTests).FullName!;
        Assert.Contains(new ApiUse(caller, "System.IO.File", "Exists", 1), uses);
        Assert.Contains(new ApiUse(caller, "System.DateTimeOffset", "get_UtcNow", 0), uses);
        Assert.DoesNotContain(uses, use => use is { Type: "System.IO.RandomAccess", Member: "FlushToDisk" });
        Assert.False(exists(now.ToString("O")));
    }
}
