using System.Text;
using System.Text.Json.Nodes;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.Tests.Hostile;

/// <summary>Documents that say what no writer says, with seals and hashes that fit.</summary>
public sealed class HostileDocumentTests : HostileRepositoryTest
{
    private const string ClaimKey = "b1/claim-0001.json";
    private const string OutcomeKey = "b1/outcome-0001.json";
    private const string NodeKey = "b1/0001/node1/node.json";

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("b1/../../x")]
    [InlineData("b1//x")]
    [InlineData("")]
    [InlineData("b1/ä")]
    public async Task Restore_WhenAKeyCannotBeAnObject_NamesTheDocumentThatSaysSo(string key)
    {
        Forger.Edit(OutcomeKey, outcome => outcome["nodes"]![0]!["key"] = key);
        await AssertRefusedAsync(OutcomeKey);
        Heal();
        Forger.Edit(NodeKey, node => node["shards"]![0]!["key"] = key);
        await AssertRefusedAsync(NodeKey);
        Heal();
        Forger.Edit(NodeKey, node => node["packs"]![0]!["key"] = key);
        await AssertRefusedAsync(NodeKey);
        Heal();
        string shard = Forger.ShardWith(packed: false);
        Forger.Edit(shard, document => File(document)["extents"]![0]!["key"] = $".repo/data/{key}");
        await AssertRefusedAsync(shard);
    }

    [Theory]
    [InlineData("../../../../tmp/basalt-escape")]
    [InlineData("")]
    [InlineData("x")]
    public async Task Restore_WhenTheAttemptsIdentityIsAPath_MakesNoFolder(string ulid)
    {
        Forger.Edit(ClaimKey, claim => claim["attemptUlid"] = ulid);
        Forger.Edit(OutcomeKey, outcome => outcome["attemptUlid"] = ulid);

        await AssertRefusedAsync(ClaimKey);
    }

    [Theory]
    [InlineData("size", "9223372036854775807")]
    [InlineData("size", "-1")]
    [InlineData("level", "7")]
    [InlineData("level", "2147483647")]
    [InlineData("seqMax", "18446744073709551615")]
    [InlineData("seqMin", "18446744073709551615")]
    [InlineData("entries", "-5")]
    [InlineData("entries", "9223372036854775807")]
    [InlineData("keyMin", "\"\"")]
    [InlineData("digest", "\"00\"")]
    [InlineData("originId", "\"../x-0-0\"")]
    [InlineData("keyspace", "\"Other\"")]
    [InlineData("extents", "[]")]
    [InlineData("extents", "null")]
    [InlineData("extents", "[null]")]
    public async Task Restore_WhenASegmentSaysTheImpossible_IsRefused(string field, string value)
    {
        string shard = Forger.ShardWith(packed: false);
        Forger.Edit(shard, document => File(document)[field] = JsonNode.Parse(value));

        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => Service.RestoreAsync("b1"));

        Assert.Equal(BackupError.Corrupted, failure.Error);
        Assert.True(failure.ObjectKey == shard || failure.ObjectKey == OutcomeKey || failure.ObjectKey!.StartsWith(".repo/data/", StringComparison.Ordinal), failure.ToString());
        AssertNothingStaged();
    }

    [Theory]
    [InlineData("off", -1)]
    [InlineData("off", long.MaxValue)]
    [InlineData("off", 1 << 20)]
    [InlineData("len", long.MaxValue)]
    [InlineData("len", 0)]
    public async Task Restore_WhenASliceDoesNotFitItsPack_NamesTheShardList(string field, long value)
    {
        string shard = Forger.ShardWith(packed: true);
        Forger.Edit(shard, document => File(document)["pack"]![field] = value);

        await AssertRefusedAsync(shard);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task Restore_WhenAPackHasAnAbsurdLength_NamesTheNodeDocument(long bytes)
    {
        Forger.Edit(NodeKey, node => node["packs"]![0]!["bytes"] = bytes);

        await AssertRefusedAsync(NodeKey);
        VerificationReport report = await Service.Repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full });
        Assert.Contains(report.Problems, problem => problem.ObjectKey == NodeKey);
    }

    [Fact]
    public async Task Restore_WhenASegmentIsListedTwice_NamesTheShardList()
    {
        string shard = Forger.ShardWith(packed: false);
        Forger.Edit(shard, document => document["files"]!.AsArray().Add(File(document).DeepClone()));

        await AssertRefusedAsync(shard);
    }

    [Fact]
    public async Task Restore_WhenSizesOverflow_NamesTheShardList()
    {
        string shard = Forger.ShardWith(packed: false);
        Forger.Edit(shard, document =>
        {
            for (int i = 0; i < 3; i++)
            {
                JsonNode file = File(document).DeepClone();
                file["size"] = long.MaxValue;
                document["files"]!.AsArray().Add(file);
            }
        });

        await AssertRefusedAsync(shard);
    }

    [Theory]
    [InlineData(OutcomeKey, "nodes")]
    [InlineData(OutcomeKey, "collections")]
    [InlineData(OutcomeKey, "requires")]
    [InlineData(ClaimKey, "collections")]
    [InlineData(NodeKey, "shards")]
    [InlineData(NodeKey, "packs")]
    [InlineData(NodeKey, "warnings")]
    public async Task Restore_WhenAListHoldsNull_NamesTheDocument(string key, string list)
    {
        Forger.Edit(key, document => document[list] = new JsonArray((JsonNode?)null));

        await AssertRefusedAsync(key);
    }

    [Theory]
    [InlineData("files")]
    [InlineData("keyspaces")]
    public async Task Restore_WhenAShardListHoldsNull_NamesIt(string list)
    {
        string shard = Forger.ShardWith(packed: false);
        Forger.Edit(shard, document => document[list]!.AsArray().Add(null));

        await AssertRefusedAsync(shard);
    }

    [Theory]
    [InlineData(1100)]
    [InlineData(100_000)]
    public async Task Restore_WhenAKeyspaceHasAHugeName_NamesTheShardList(int length)
    {
        string shard = Forger.ShardWith(packed: false);
        Forger.Edit(shard, document => document["keyspaces"]!.AsArray().Add($"Book/s1/{new string('x', length)}"));

        await AssertRefusedAsync(shard);
    }

    [Fact]
    public async Task Restore_WhenADocumentIsDeep_NamesIt()
    {
        Forger.Put(NodeKey, Encoding.UTF8.GetBytes($"{{\"node\":{new string('[', 100_000)}{new string(']', 100_000)}}}"));

        await AssertRefusedAsync(NodeKey);
    }

    [Theory]
    [InlineData("claim-")]
    [InlineData("outcome-")]
    [InlineData("node.json")]
    [InlineData("shard-")]
    public async Task Restore_WhenADocumentHasNoEnd_StopsReadingAndNamesIt(string kind)
    {
        string endless = Forger.Documents.First(key => key.Contains(kind, StringComparison.Ordinal));
        var backend = new InterceptedBackend(Memory) { OnOpened = (key, stream) => key == endless ? new EndlessStream() : stream };
        await using var service = new BackupService(Target, backend, Workbench.BackupOptions);

        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => service.RestoreAsync("b1"));

        Assert.Equal((BackupError.Corrupted, endless), (failure.Error, failure.ObjectKey));
        AssertNothingStaged();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task Status_WhenALeaseLastsForever_NamesTheClaim(long seconds)
    {
        Forger.Edit(ClaimKey, claim => claim["leaseSeconds"] = seconds);

        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => Service.GetStatusAsync("b1"));

        Assert.Equal((BackupError.Corrupted, ClaimKey), (failure.Error, failure.ObjectKey));
    }

    [Fact]
    public async Task Collect_WhenThereAreNamesThatAreNoKeys_PassesThemOver()
    {
        foreach (string name in (string[])["b1/0002/node1/a b", "b1/0002/ä", ".repo/data/00/x y", new string('x', 2000), ".repo/data/00/\n", "a\\..\\b"])
        {
            Memory.Objects[name] = [1];
        }

        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);

        Assert.Contains("b1/0002/node1/a b", Memory.Objects.Keys);
        Assert.Equal(["b1"], (await Service.ListAsync()).Select(backup => backup.Id));
    }

    [Fact]
    public async Task Collect_WhenAPlanNamesWhatIsNoExtent_DeletesNothingOfIt()
    {
        string[] keys = ["../../x", OutcomeKey, NodeKey, "", ".repo/data/../../b1/claim-0001.json"];
        string plan = $$"""{"by":{"node":"n","instance":"11111111-2222-3333-4444-555555555555"},"created":"2026-01-02T03:04:05+00:00","keys":{{System.Text.Json.JsonSerializer.Serialize(keys)}}}""";
        Memory.Objects[$".repo/gc/{Basalt.Backup.Naming.Ulid.Create(TimeProvider.System)}/plan.json"] = RepositoryForger.Seal(Encoding.UTF8.GetBytes(plan));

        await Service.Repository.CollectGarbageAsync(Workbench.AtOnce);

        Assert.Equal(Good.Keys.Where(key => !key.StartsWith(".repo/work/", StringComparison.Ordinal)).Except(Memory.Objects.Keys), []);
        Assert.Equal(BackupState.Success, (await Service.RestoreAsync("b1")).State);
    }

    private static JsonObject File(JsonObject shard) => shard["files"]![0]!.AsObject();
}
