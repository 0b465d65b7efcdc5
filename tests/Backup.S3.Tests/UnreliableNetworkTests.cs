using System.Globalization;
using Basalt.Backup.S3.Tests.Support;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Tests.Support.Faults;
using Basalt.Engine;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Backup.S3.Tests;

/// <summary>
/// A network between client and store that fails one request in four. Every backup ends good or clearly failed, and every good one restores
/// exactly. <c>BASALT_FAULT_SEEDS=n</c> runs n mixtures instead of three.
/// </summary>
/// <remarks>
/// What the probe finds: a condition that does not reach the store, and a list without what was just written; a backup is then refused. Both are
/// harmless later on: names are unique, so that nothing is overwritten, and what a list does not show is uploaded again or missed at the
/// commit. A damaged document fails its seal, a damaged extent its checksums.
/// </remarks>
public sealed class UnreliableNetworkTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private static readonly DatabaseOptions SmallSegments = new()
    {
        Durability = Durability.Buffered,
        MemtableBytes = 1 << 20,
        SegmentBytes = 64 << 10,
        Compression = CompressionKind.None,
    };

    private static readonly BackupOptions FewPacks = new() { PackThresholdBytes = 2 << 10, Parallelism = 2, TimeProvider = new ImpatientClock() };

    private readonly TemporaryDirectory _directory = new();
    private S3BackendOptions _options = null!;
    private FaultProxy _proxy = null!;
    private S3Backend _behindProxy = null!;
    private S3Backend _direct = null!;
    private Database _source = null!;

    public static TheoryData<NetworkFault> Faults => [.. Enum.GetValues<NetworkFault>().Where(fault => fault != NetworkFault.None)];

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(1, int.Parse(Environment.GetEnvironmentVariable("BASALT_FAULT_SEEDS") ?? "3", CultureInfo.InvariantCulture))];

    public async Task InitializeAsync()
    {
        _options = await Repositories.NewOptionsAsync();
        _proxy = await FaultProxy.StartAsync(_options.Endpoint!);
        _behindProxy = new S3Backend(_options with { Endpoint = _proxy.Endpoint });
        _direct = new S3Backend(_options);
        _source = Database.Open(_directory["source"], SmallSegments);
        Contents.Fill(_source, "Book/s/objects", 1_000, seed: 1);
        await _source.FlushAsync();
        Contents.Fill(_source, "Book/s/objects", 5, seed: 4, first: 500);
        await _source.CompactAsync();
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    public void Dispose()
    {
        _behindProxy?.Dispose();
        _direct?.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Create_WhenOneRequestInFourMeetsAFault_EndsGoodOrClearlyFailed(NetworkFault fault)
    {
        var random = new Random((int)fault);
        _proxy.Choose = _ => Chance(random) ? fault : NetworkFault.None;

        int good = await BackUpAndCheckAsync(backups: 2);

        Assert.True(_proxy.Happened.ContainsKey(fault));

        // What can be repeated is survived; what the store promised and the network took away need not be.
        bool mayFail = fault is NetworkFault.CorruptedAnswer or NetworkFault.IgnoredCondition or NetworkFault.StaleList or NetworkFault.ExpiredToken;
        Assert.True(mayFail || good == 2, $"{good} of 2 backups survived {fault}.");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Create_WhenAllFaultsMix_EndsGoodOrClearlyFailed(int seed)
    {
        var random = new Random(seed);
        NetworkFault[] faults = Enum.GetValues<NetworkFault>();
        _proxy.Choose = _ => Chance(random) ? faults[random.Next(1, faults.Length)] : NetworkFault.None;

        await BackUpAndCheckAsync(backups: 4);
    }

    [Fact]
    public async Task Restore_WhenOneRequestInFourMeetsAFault_IsExactOrClearlyFails()
    {
        await using (var service = new BackupService(_source, _direct, FewPacks))
        {
            await service.CreateAsync(new BackupRequest("b1"));
        }

        var random = new Random(7);
        NetworkFault[] faults = [.. Enum.GetValues<NetworkFault>().Where(fault => fault is not (NetworkFault.None or NetworkFault.ExpiredToken))];
        int exact = 0;
        for (int i = 0; i < 6; i++)
        {
            _proxy.Choose = _ => Chance(random) ? faults[random.Next(faults.Length)] : NetworkFault.None;
            await using Database target = Database.Open(_directory[$"target-{i}"], SmallSegments);
            await using var service = new BackupService(target, _behindProxy, FewPacks);
            try
            {
                await service.RestoreAsync(new RestoreRequest("b1"));
                Assert.Equal(Contents.Read(_source), Contents.Read(target));
                exact++;
            }
            catch (BackupException failure)
            {
                output.WriteLine(failure.Message);
                Assert.Empty(Contents.Read(target));
            }
        }

        output.WriteLine($"{exact} of 6 restores were exact; {string.Join(", ", _proxy.Happened)}");
        Assert.InRange(exact, 1, 6);
    }

    private static bool Chance(Random random)
    {
        lock (random)
        {
            return random.Next(4) == 0;
        }
    }

    /// <summary>Makes backups behind the proxy and checks them without it.</summary>
    /// <returns>How many are good.</returns>
    private async Task<int> BackUpAndCheckAsync(int backups)
    {
        var good = new List<string>();
        await using (var service = new BackupService(_source, _behindProxy, FewPacks))
        {
            for (int i = 0; i < backups; i++)
            {
                try
                {
                    await service.CreateAsync(new BackupRequest($"b{i}"));
                    good.Add($"b{i}");
                }
                catch (BackupException failure)
                {
                    output.WriteLine(failure.Message);
                    Assert.NotEqual(BackupError.Canceled, failure.Error);
                }
            }
        }

        output.WriteLine($"{good.Count} of {backups} backups are good; {string.Join(", ", _proxy.Happened)}");
        await using var reader = new BackupService(_source, _direct, FewPacks);
        string[] called = [.. (await reader.ListAsync()).Where(backup => backup.State == BackupState.Success).Select(backup => backup.Id)];
        Assert.Subset(called.ToHashSet(), good.ToHashSet());
        foreach (string id in called)
        {
            Assert.Empty((await reader.Repository.VerifyAsync(id, new VerificationOptions { Level = VerificationLevel.Full })).Problems);
            await using Database target = Database.Open(_directory[$"{id}-{Guid.NewGuid():N}"], SmallSegments);
            await using var restore = new BackupService(target, _direct, FewPacks);
            await restore.RestoreAsync(new RestoreRequest(id));
            Assert.Equal(Contents.Read(_source), Contents.Read(target));
        }

        return good.Count;
    }
}
