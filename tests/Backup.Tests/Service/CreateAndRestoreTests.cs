using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

public sealed class CreateAndRestoreTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public CreateAndRestoreTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
    }

    [Fact]
    public async Task Restore_WhenIntoAnotherDatabase_BringsBackExactlyTheContents()
    {
        Contents.Fill(_source, "Book/s1/objects", 3_000, seed: 1);
        await _source.CompactAsync();
        Contents.Fill(_source, "Book/s1/objects", 500, seed: 2, first: 100);
        Contents.Fill(_source, "Book/s2/objects", 50, seed: 3);
        Contents.Fill(_source, "Author", 10, seed: 4);
        Keyspace author = _source.FindKeyspace("Author")!;
        _source.Delete(author, Contents.Key(5));

        BackupSummary created = await _service.CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        BackupSummary restored = await _bench.OpenService(target).RestoreAsync("b1");

        Assert.Equal(Contents.Read(_source), Contents.Read(target));
        Assert.Equal<string>(["Author", "Book"], created.Collections);
        Assert.Equal<string>(created.Collections, restored.Collections);
        Assert.Equal(BackupState.Success, created.State);
        Assert.Equal(BackupState.Success, restored.State);
        Assert.Equal(created.LogicalBytes, restored.LogicalBytes);
        Assert.Equal(created.Files, restored.Files);
        Assert.True(created.LogicalBytes > 3_500 * 200, $"Only {created.LogicalBytes} bytes");
        Assert.Empty(_source.Leases);
        Assert.Empty(_bench.StagedFiles("target"));
    }

    [Fact]
    public async Task Restore_WhenTargetIsReopened_IsStillThere()
    {
        Contents.Fill(_source, "Book", 2_000, seed: 1);
        await _service.CreateAsync(new BackupRequest("b1"));
        await using (Database target = Database.Open(_bench["target"], Workbench.DatabaseOptions))
        {
            await using BackupService service = new(target, _bench.Backend, Workbench.BackupOptions);
            await service.RestoreAsync("b1");
        }

        Assert.Equal(Contents.Read(_source), Contents.Read(_bench.OpenDatabase("target")));
    }

    [Fact]
    public async Task Restore_WhenTargetIsWrittenAfterwards_LaterWritesWin()
    {
        Contents.Fill(_source, "Book", 500, seed: 1);
        Contents.Fill(_source, "Book", 500, seed: 2);
        await _service.CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync("b1");

        Contents.Fill(_source, "Book", 250, seed: 3);
        Contents.Fill(target, "Book", 250, seed: 3);
        await target.CompactAsync();

        Assert.Equal(Contents.Read(_source), Contents.Read(target));
    }

    [Fact]
    public async Task Create_WhenCollectionsAreIncludedOrExcluded_HoldsThoseOnly()
    {
        foreach (string keyspace in (string[])["A/s/objects", "A//schema", "B/s/objects", "C"])
        {
            Contents.Fill(_source, keyspace, 20, seed: keyspace.Length);
        }

        await _service.CreateAsync(new BackupRequest("in") { Include = ["C", "A"] });
        await _service.CreateAsync(new BackupRequest("out") { Exclude = ["B"] });
        foreach (string id in (string[])["in", "out"])
        {
            Database target = _bench.OpenDatabase(id);
            await _bench.OpenService(target).RestoreAsync(id);

            Assert.Equal(["A//schema", "A/s/objects", "C"], target.Keyspaces.Select(keyspace => keyspace.Name));
            Assert.Equal(Contents.Read(_source, name => name[0] != 'B'), Contents.Read(target));
        }
    }

    [Fact]
    public async Task Restore_WhenCollectionsAreChosenAndRenamed_TakesThoseUnderTheirNewNames()
    {
        Contents.Fill(_source, "A/s/objects", 2_000, seed: 1);
        Contents.Fill(_source, "B/s/objects", 20, seed: 2);
        await _service.CreateAsync(new BackupRequest("b1"));

        BackupSummary restored = await _service.RestoreAsync(new RestoreRequest("b1")
        {
            Include = ["A"],
            Rename = new Dictionary<string, string> { ["A"] = "Copy" },
        });

        Assert.Equal<string>(["Copy"], restored.Collections);
        Assert.Equal(["A/s/objects", "B/s/objects", "Copy/s/objects"], _source.Keyspaces.Select(keyspace => keyspace.Name));
        Assert.Equal(Contents.Read(_source, name => name[0] == 'A').Values, Contents.Read(_source, name => name[0] == 'C').Values);
    }

    [Fact]
    public async Task Create_WhenACollectionIsEmpty_RestoresItAsEmpty()
    {
        _source.CreateKeyspaces(["Empty/s/objects", "Empty//schema"]);

        BackupSummary created = await _service.CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        await _bench.OpenService(target).RestoreAsync("b1");

        Assert.Equal((0, 0), (created.Files, created.LogicalBytes));
        Assert.Equal(["Empty//schema", "Empty/s/objects"], target.Keyspaces.Select(keyspace => keyspace.Name));
    }

    [Fact]
    public async Task Create_WhenTheDatabaseIsEmpty_SaysThereIsNothingToDo()
    {
        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.NothingToDo, failure.Error);
        Assert.Empty(await _bench.KeysAsync());
    }

    [Fact]
    public async Task Create_WhenACollectionIsUnknown_NamesItAndClaimsNothing()
    {
        Contents.Fill(_source, "Book", 1, seed: 1);

        var failure = await Assert.ThrowsAsync<BackupException>(
            () => _service.CreateAsync(new BackupRequest("b1") { Include = ["Film"] }));

        Assert.Equal(BackupError.CollectionNotFound, failure.Error);
        Assert.Contains("'Film'", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await _bench.KeysAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData(".repo")]
    [InlineData("a/b")]
    [InlineData("..")]
    public async Task Create_WhenTheIdIsInvalid_Refuses(string id)
    {
        Contents.Fill(_source, "Book", 1, seed: 1);

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest(id)));

        Assert.Equal(BackupError.InvalidId, failure.Error);
        Assert.Empty(await _bench.KeysAsync());
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();
}
