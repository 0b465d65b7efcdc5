using System.Collections.Concurrent;
using System.Text.Json;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>
/// Each byte of each object of a repository is damaged in turn. Whoever reads the object says so and names it; nothing is restored from it.
/// </summary>
public sealed class RepositoryDamageTests : DisposableTest
{
    private const int Lanes = 6;

    private static readonly BackupOptions Options = Workbench.BackupOptions with { PackThresholdBytes = 900 };
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Workbench _bench = new();
    private readonly MemoryBackend _memory = new();
    private readonly ConcurrentDictionary<string, bool> _opened = new();
    private readonly Database _source;
    private readonly BackupService _sourceService;
    private readonly Database _target;
    private readonly BackupService _service;
    private readonly SortedDictionary<string, string> _contents;

    public RepositoryDamageTests()
    {
        _source = _bench.OpenDatabase();
        _sourceService = _bench.OpenService(_source, Options, _memory);
        FillAsync().GetAwaiter().GetResult();
        _contents = Contents.Read(_source);
        _target = _bench.OpenDatabase("target");
        var watched = new InterceptedBackend(_memory)
        {
            BeforeOpen = key =>
            {
                _opened[key] = true;
                return Task.CompletedTask;
            },
        };
        _service = _bench.OpenService(_target, Options, watched);
    }

    [Fact]
    public async Task Objects_WhenListed_AreAllReadButTheDerivedViewAndWhatIsDeleted()
    {
        Assert.Equal(["b1", "b2", "failed"], (await _service.ListAsync()).Select(backup => backup.Id));
        await _service.RecoverAsync();
        foreach (string id in (string[])["b1", "b2"])
        {
            await _service.RestoreAsync(id);
            _target.DropKeyspaces([.. _target.Keyspaces]);
        }

        // A tombstone deletes by its name alone, and then nobody reads the rest; nor the parts of a backup that failed. Its journals are
        // read by the next backup and by collectors, the verdict of the probe by people and the next probe.
        string[] unread = ["deleted/", "failed/0001/", ".repo/work/failed/0001/", ".repo/caps/"];
        Assert.Equal(
            ["b1/backup_config.json", "b2/backup_config.json"],
            Keys("").Except(_opened.Keys).Where(key => !unread.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))));
        Assert.All(Keys("b1/0001/").Concat(Keys("b2/0001/")), key => Assert.True(_opened.ContainsKey(key), key));
    }

    [Fact]
    public async Task Restore_WhenAnyByteOfAnyObjectItReadsIsFlipped_NamesTheObject()
    {
        string[] keys = ReadByRestore();
        Assert.Contains(keys, key => key.Contains("/pack-", StringComparison.Ordinal));
        Assert.Contains(keys, key => key.StartsWith(".repo/data/", StringComparison.Ordinal));

        // A restore mostly waits for the disk, so several go side by side, each in a repository and a database of its own.
        int[] flips = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => FlipAsync(keys, lane))));

        Assert.Equal(keys.Sum(key => _memory.Objects[key].Length), flips.Sum());
        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Restore_WhenAnyObjectItReadsIsCutExtendedOrGone_NamesTheObject()
    {
        foreach (string key in ReadByRestore())
        {
            byte[] whole = _memory.Objects[key];
            foreach (int length in (int[])[0, 1, whole.Length / 2, whole.Length - 1, whole.Length + 1])
            {
                byte[] changed = whole;
                Array.Resize(ref changed, length);
                _memory.Objects[key] = changed;
                await AssertRestoreNamesAsync(_service, key, $"{length} bytes");
            }

            _memory.Objects[key] = whole;
            if (!key.StartsWith("b1/claim-", StringComparison.Ordinal) && !key.StartsWith("b1/outcome-", StringComparison.Ordinal))
            {
                _memory.Objects.Remove(key, out _);
                await AssertRestoreNamesAsync(_service, key, "gone");
                _memory.Objects[key] = whole;
            }
        }

        await AssertRestoresAsync("b1");
    }

    [Fact]
    public async Task Restore_WhenObjectsOfOneKindAreSwapped_NamesOne()
    {
        foreach (string kind in (string[])["/claim-", "/outcome-", "node.json", "/shard-", "/pack-", ".repo/data/"])
        {
            string[] keys = [.. _memory.Objects.Keys.Where(key => key.Contains(kind, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            string[] read = [.. keys.Intersect(ReadByRestore())];
            Assert.NotEmpty(read);
            foreach (string key in read)
            {
                byte[] own = _memory.Objects[key];
                foreach (byte[] foreign in keys.Select(other => _memory.Objects[other]).Where(other => !other.SequenceEqual(own)).ToArray())
                {
                    _memory.Objects[key] = foreign;
                    await AssertRestoreNamesAsync(_service, key, "swapped");
                }

                _memory.Objects[key] = own;
            }
        }
    }

    [Theory]
    [InlineData("b1/claim-0001.json")]
    [InlineData("b1/outcome-0001.json")]
    [InlineData("failed/claim-0001.json")]
    [InlineData("failed/outcome-0001.json")]
    public async Task ListAndStatus_WhenAnyByteOfClaimOrOutcomeIsFlipped_NameTheObject(string key)
    {
        string id = key[..key.IndexOf('/')];
        byte[] bytes = _memory.Objects[key];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x20;
            BackupException failure = await FailureAsync(() => _service.GetStatusAsync(id));
            IReadOnlyList<BackupSummary> listed = await _service.ListAsync();
            bytes[i] ^= 0x20;

            Assert.Equal((BackupError.Corrupted, key), (failure.Error, failure.ObjectKey));
            Assert.Equal(3, listed.Count);
            BackupSummary damaged = listed.Single(backup => backup.Id == id);
            Assert.Equal(BackupState.Failed, damaged.State);
            Assert.Contains(key, damaged.Error!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("b1/claim-0001.json")]
    [InlineData("b1/outcome-0001.json")]
    public async Task Delete_WhenTheBackupIsDamaged_FreesItsId(string key)
    {
        _memory.Objects[key][5] ^= 1;
        Assert.Equal(BackupError.Corrupted, (await FailureAsync(() => _sourceService.CreateAsync(new BackupRequest("b1")))).Error);

        await _sourceService.DeleteAsync("b1");

        Assert.Equal(["b2", "failed"], (await _service.ListAsync()).Select(backup => backup.Id));
        Assert.Null(await _service.GetStatusAsync("b1"));
        Assert.Equal(2, (await _sourceService.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Fact]
    public async Task CreateAndRecover_WhenAnyByteOfTheRepositoryDocumentIsFlipped_NameIt()
    {
        string key = Assert.Single(Keys(".repo/repo-"));
        byte[] bytes = _memory.Objects[key];
        string[] before = Keys("");
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x02;
            await using var service = new BackupService(_source, _memory, Options);
            BackupException recover = await FailureAsync(() => service.RecoverAsync());
            BackupException create = await FailureAsync(() => service.CreateAsync(new BackupRequest("b3")));
            bytes[i] ^= 0x02;

            Assert.Equal((BackupError.Corrupted, key), (recover.Error, recover.ObjectKey));
            Assert.Equal((BackupError.Corrupted, key), (create.Error, create.ObjectKey));
        }

        Assert.Equal(before, Keys(""));
    }

    [Fact]
    public async Task Create_WhenDocumentsOfAnotherBackupAreDamaged_StillMakesAGoodBackup()
    {
        int made = 0;
        foreach (string key in Keys("b1/").Where(key => key.Contains(".json", StringComparison.Ordinal)))
        {
            byte[] bytes = _memory.Objects[key];
            for (int i = made % 7; i < bytes.Length; i += 1 + (bytes.Length / 4))
            {
                bytes[i] ^= 0x08;
                string id = $"new{made++}";
                await _sourceService.CreateAsync(new BackupRequest(id)).WaitAsync(Patience);
                bytes[i] ^= 0x08;
                await AssertRestoresAsync(id);
                await _sourceService.DeleteAsync(id);
            }
        }

        Assert.True(made > 15, $"Only {made} backups were made.");
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>Two good backups that share an extent, a failed one and a deleted one.</summary>
    private async Task FillAsync()
    {
        Contents.Fill(_source, "Book", 12, seed: 1, valueBytes: 60);
        await _source.FlushAsync();
        Contents.Fill(_source, "Author", 4, seed: 2, valueBytes: 40);
        Contents.Fill(_source, "Book", 2, seed: 3, first: 7, valueBytes: 40);
        _source.CreateKeyspace("Empty");
        await _sourceService.CreateAsync(new BackupRequest("b1"));
        Contents.Fill(_source, "Book", 3, seed: 4, first: 100, valueBytes: 1_000);
        await _sourceService.CreateAsync(new BackupRequest("b2"));
        await _sourceService.CreateAsync(new BackupRequest("deleted"));
        await _sourceService.DeleteAsync("deleted");
        var refusing = new InterceptedBackend(_memory)
        {
            BeforePut = key => key.EndsWith("node.json", StringComparison.Ordinal)
                ? throw new BackupBackendException(key, "refused", isTransient: false)
                : Task.CompletedTask,
        };
        await using var service = new BackupService(_source, refusing, Options);
        await FailureAsync(() => service.CreateAsync(new BackupRequest("failed")));
    }

    private string[] Keys(string prefix) =>
        [.. _memory.Objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The objects that a restore of the first backup depends on. It was made first, so all data objects of its attempt are its own.</summary>
    private string[] ReadByRestore()
    {
        using JsonDocument claim = JsonDocument.Parse(_memory.Objects["b1/claim-0001.json"]);
        string attempt = claim.RootElement.GetProperty("attemptUlid").GetString()!;
        return
        [
            .. Keys("b1/").Where(key => key != "b1/backup_config.json"),
            .. Keys(".repo/data/").Where(key => key.Contains(attempt, StringComparison.Ordinal)),
        ];
    }

    private static async Task<BackupException> FailureAsync(Func<Task> call) =>
        await Assert.ThrowsAsync<BackupException>(() => call().WaitAsync(Patience));

    /// <summary>Flips every so many-th byte of all objects. Returns how many.</summary>
    private async Task<int> FlipAsync(string[] keys, int lane)
    {
        var memory = new MemoryBackend();
        foreach ((string key, byte[] bytes) in _memory.Objects)
        {
            memory.Objects[key] = [.. bytes];
        }

        await using Database target = Database.Open(_bench[$"lane{lane}"], Workbench.DatabaseOptions);
        await using var service = new BackupService(target, memory, Options);
        int flips = 0;
        foreach (string key in keys)
        {
            byte[] bytes = memory.Objects[key];
            for (int i = lane; i < bytes.Length; i += Lanes, flips++)
            {
                byte mask = (byte)(1 << (i / Lanes % 8));
                bytes[i] ^= mask;
                await AssertRestoreNamesAsync(service, key, $"byte {i} ^ {mask:x2}");
                bytes[i] ^= mask;
            }
        }

        Assert.Empty(target.Keyspaces);
        Assert.Empty(_bench.StagedFiles($"lane{lane}"));
        return flips;
    }

    private static async Task AssertRestoreNamesAsync(BackupService service, string key, string damage)
    {
        Exception? failure = await Record.ExceptionAsync(() => service.RestoreAsync("b1").WaitAsync(Patience));
        var described = failure as BackupException;
        Assert.True(
            described?.Error == BackupError.Corrupted && described.ObjectKey == key && described.Message.Contains(key, StringComparison.Ordinal),
            $"'{key}', {damage}: {failure}");
    }

    private async Task AssertRestoresAsync(string id)
    {
        await _service.RestoreAsync(id);
        SortedDictionary<string, string> restored = Contents.Read(_target);
        _target.DropKeyspaces([.. _target.Keyspaces]);
        if (id != "b1")
        {
            Assert.Equal(_contents, restored);
        }
        else
        {
            Assert.True(restored.Count > 15, $"Only {restored.Count} entries");
            Assert.True(restored.Keys.All(_contents.ContainsKey));
        }
    }
}
