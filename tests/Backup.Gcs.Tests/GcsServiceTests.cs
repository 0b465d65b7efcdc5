using Basalt.Backup.Tests.Support;
using Basalt.Backup.Tests.Support.Gcs;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Gcs.Tests;

/// <summary>Whole backups beside a server that fails.</summary>
public sealed class GcsServiceTests : IAsyncLifetime, IDisposable
{
    private static readonly DatabaseOptions SmallSegments = new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 1 << 20,
        SegmentBytes = 256 << 10,
        Compression = CompressionKind.None,
    };

    private static readonly BackupOptions FewPacks = new() { PackThresholdBytes = 2 << 10, Parallelism = 2, TimeProvider = new ImpatientClock() };

    private readonly TemporaryDirectory _directory = new();
    private FakeGcs _server = null!;
    private GcsBackend _repository = null!;
    private Database _source = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeGcs.StartAsync();
        _repository = new GcsBackend(new GcsBackendOptions
        {
            Bucket = _server.Bucket,
            Path = "wv",
            Endpoint = _server.Endpoint,
            UseAuthentication = false,
            ResumableThresholdBytes = 128 << 10,
        });
        _source = Database.Open(_directory["source"], SmallSegments);
        Contents.Fill(_source, "Book/s/objects", 3_000, seed: 1);
        await _source.FlushAsync();
        Contents.Fill(_source, "Book/s/objects", 5, seed: 4, first: 500);
        await _source.CompactAsync();
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _repository?.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Create_AfterASmallChange_UploadsThatAloneAndVerifies()
    {
        await using var service = new BackupService(_source, _repository, FewPacks);
        BackupSummary first = await service.CreateAsync(new BackupRequest("first"));
        Contents.Fill(_source, "Author", 10, seed: 2);

        BackupSummary second = await service.CreateAsync(new BackupRequest("second"));

        Assert.Equal(first.LogicalBytes, second.ReusedBytes);
        Assert.InRange(second.UploadedBytes, 1, first.LogicalBytes / 20);
        Assert.Equal(Contents.Read(_source), await RestoreAsync("second"));
        VerificationReport report = await service.Repository.VerifyAsync("second", new VerificationOptions { Level = VerificationLevel.Full });
        Assert.Empty(report.Problems);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Create_WhenOneRequestInFourFails_EndsGoodOrClearlyFailed(int seed)
    {
        var random = new Random(seed);
        FakeFault[] faults =
        [
            FakeFault.Unavailable, FakeFault.TooMany, FakeFault.BrokenBefore, FakeFault.BrokenInside, FakeFault.BrokenAfter, FakeFault.Damaged,
            FakeFault.SessionGone,
        ];
        _server.Disturb = call =>
        {
            lock (random)
            {
                FakeFault fault = random.Next(4) == 0 ? faults[random.Next(faults.Length)] : FakeFault.None;
                return fault is FakeFault.SessionGone && !call.IsSession ? FakeFault.Unavailable
                    : fault is FakeFault.BrokenInside or FakeFault.Damaged && !call.IsSession && !call.IsUpload ? FakeFault.BrokenBefore
                    : fault;
            }
        };
        var good = new List<string>();
        await using (var service = new BackupService(_source, _repository, FewPacks))
        {
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
        }

        _server.Disturb = _ => FakeFault.None;
        await using var reader = new BackupService(_source, _repository, FewPacks);
        IReadOnlyList<BackupSummary> all = await reader.ListAsync();
        Assert.Equal(good, all.Where(backup => backup.State == BackupState.Success).Select(backup => backup.Id).Order(StringComparer.Ordinal));
        foreach (string id in good)
        {
            Assert.Equal(Contents.Read(_source), await RestoreAsync(id));
        }
    }

    private async Task<SortedDictionary<string, string>> RestoreAsync(string id)
    {
        await using Database target = Database.Open(_directory[$"{id}-{Guid.NewGuid():N}"], SmallSegments);
        await using var service = new BackupService(target, _repository, FewPacks);
        await service.RestoreAsync(new RestoreRequest(id));
        return Contents.Read(target);
    }
}
