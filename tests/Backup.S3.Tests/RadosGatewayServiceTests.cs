using System.Collections.Concurrent;
using Basalt.Backup.S3.Tests.Support;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.S3.Tests;

/// <summary>Whole backups on a real server.</summary>
public sealed class RadosGatewayServiceTests : IAsyncLifetime, IDisposable
{
    private static readonly DatabaseOptions SmallSegments = new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 1 << 20,
        SegmentBytes = 64 << 10,
        Compression = CompressionKind.None,
    };

    private static readonly BackupOptions FewPacks = new() { PackThresholdBytes = 2 << 10, Parallelism = 2 };

    private readonly TemporaryDirectory _directory = new();
    private S3Backend _repository = null!;
    private InterceptedBackend _intercepted = null!;
    private Database _source = null!;
    private BackupService _service = null!;

    public async Task InitializeAsync()
    {
        _repository = new S3Backend(await Repositories.NewOptionsAsync());
        _intercepted = new InterceptedBackend(_repository);
        _source = Database.Open(_directory["source"], SmallSegments);
        _service = new BackupService(_source, _intercepted, FewPacks);
        Contents.Fill(_source, "Book/s/objects", 3_000, seed: 1);
        await _source.FlushAsync();

        // What overlaps is rewritten, in segments of the size above, each with an object of its own.
        Contents.Fill(_source, "Book/s/objects", 5, seed: 4, first: 500);
        await _source.CompactAsync();
    }

    public async Task DisposeAsync()
    {
        if (_source is not null)
        {
            await _service.DisposeAsync();
            await _source.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _repository?.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Create_AfterASmallChange_UploadsThatAlone()
    {
        BackupSummary first = await _service.CreateAsync(new BackupRequest("first"));
        SortedDictionary<string, string> before = Contents.Read(_source);
        Contents.Fill(_source, "Author", 10, seed: 2);

        BackupSummary second = await _service.CreateAsync(new BackupRequest("second"));

        Assert.Equal((0, first.LogicalBytes), (first.ReusedBytes, first.UploadedBytes));
        Assert.Equal(first.LogicalBytes, second.ReusedBytes);
        Assert.InRange(second.UploadedBytes, 1, first.LogicalBytes / 20);
        Assert.Equal(before, await RestoreAsync("first"));
        Assert.Equal(Contents.Read(_source), await RestoreAsync("second"));
    }

    [Fact]
    public async Task Cancel_WhileUploading_EndsAsCanceledAndFreesTheId()
    {
        Gate gate = HoldData();
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;

        Assert.True(await job.CancelAsync());
        gate.Open();

        Assert.Equal(BackupError.Canceled, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        Assert.Equal(BackupState.Canceled, (await _service.GetStatusAsync("b1"))!.State);
        Assert.Empty(_source.Leases);
        Assert.Equal(2, (await _service.CreateAsync(new BackupRequest("b1"))).Attempt);
        Assert.Equal(Contents.Read(_source), await RestoreAsync("b1"));
    }

    [Fact]
    public async Task Recover_AfterAHaltWhileUploading_CompletesTheBackupOfThatCut()
    {
        SortedDictionary<string, string> cut = Contents.Read(_source);
        Gate gate = HoldData();
        BackupJob job = await _service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Task disposal = _service.DisposeAsync().AsTask();
        gate.Open();
        await disposal;
        Assert.Equal(BackupError.Halted, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        Contents.Fill(_source, "Book/s/objects", 100, seed: 3);
        await using var next = new BackupService(_source, _repository, FewPacks);

        BackupJob? resumed = await next.RecoverAsync();

        Assert.Equal(BackupState.Success, (await resumed!.Completion).State);
        Assert.Equal(cut, await RestoreAsync("b1"));
    }

    [Fact]
    public async Task Create_WhenAcknowledgementsAreLost_Succeeds()
    {
        // By key: uploads run side by side, and one of them could meet every failure that a common count deals out.
        var lost = new ConcurrentDictionary<string, bool>();
        _intercepted.AfterPut = key => lost.TryAdd(key, true)
            ? throw new BackupBackendException(key, "the answer was lost", isTransient: true)
            : Task.CompletedTask;

        await _service.CreateAsync(new BackupRequest("b1"));

        Assert.Equal(Contents.Read(_source), await RestoreAsync("b1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Create_WhenOneCallInFourFails_EndsGoodOrClearlyFailed(int seed)
    {
        var random = new Random(seed);
        Task Fail(string key)
        {
            lock (random)
            {
                return random.Next(4) == 0 ? throw new BackupBackendException(key, "reset", isTransient: true) : Task.CompletedTask;
            }
        }

        _intercepted.BeforePut = Fail;
        _intercepted.AfterPut = Fail;
        _intercepted.BeforeOpen = Fail;
        _intercepted.BeforeList = Fail;
        await using var service = new BackupService(_source, _intercepted, FewPacks with { TimeProvider = new ImpatientClock() });
        var good = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            try
            {
                await service.CreateAsync(new BackupRequest($"b{i}"));
                good.Add($"b{i}");
            }
            catch (BackupException failure)
            {
                Assert.Equal(BackupError.BackendFailure, failure.Error);
            }
        }

        await using var reader = new BackupService(_source, _repository, FewPacks);
        IReadOnlyList<BackupSummary> all = await reader.ListAsync();
        Assert.Equal(good, all.Where(backup => backup.State == BackupState.Success).Select(backup => backup.Id).Order(StringComparer.Ordinal));
        foreach (string id in good)
        {
            Assert.Equal(Contents.Read(_source), await RestoreAsync(id));
        }
    }

    private Gate HoldData()
    {
        var gate = new Gate();
        int seen = 0;
        _intercepted.BeforePut = key =>
            key.StartsWith(".repo/data/", StringComparison.Ordinal) && Interlocked.Increment(ref seen) == 2 ? gate.PassAsync() : Task.CompletedTask;
        return gate;
    }

    private async Task<SortedDictionary<string, string>> RestoreAsync(string id)
    {
        await using Database target = Database.Open(_directory[$"{id}-{Guid.NewGuid():N}"], SmallSegments);
        await using var service = new BackupService(target, _repository, FewPacks);
        await service.RestoreAsync(new RestoreRequest(id));
        return Contents.Read(target);
    }
}
