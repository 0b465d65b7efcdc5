using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>Damage in the local store or in memory does not get into a backup unnoticed.</summary>
public sealed class BitRotTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly Database _source;
    private readonly BackupService _service;

    public BitRotTests()
    {
        _source = _bench.OpenDatabase();
        _service = _bench.OpenService(_source);
        Contents.Fill(_source, "Book", 500, seed: 1);
        _source.FlushAsync().GetAwaiter().GetResult();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    [InlineData(-1)]
    public async Task Create_WhenALocalByteIsFlipped_FailsAndNamesTheFile(int position)
    {
        string file = Assert.Single(Directory.GetFiles(_bench["source"], "*.seg"));
        Flip(file, position);

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.DatabaseFailure, failure.Error);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        BackupSummary status = (await _service.GetStatusAsync("b1"))!;
        Assert.Equal(BackupState.Failed, status.State);
        Assert.Contains(file, status.Error!, StringComparison.Ordinal);
        Assert.Empty(_source.Leases);
    }

    [Fact]
    public async Task Create_WhenAPackedSegmentIsDamaged_FailsAndNamesTheFile()
    {
        BackupService packing = _bench.OpenService(_source, Workbench.BackupOptions with { PackThresholdBytes = 16 << 20 });
        string file = Assert.Single(Directory.GetFiles(_bench["source"], "*.seg"));
        Flip(file, 777);

        var failure = await Assert.ThrowsAsync<BackupException>(() => packing.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.DatabaseFailure, failure.Error);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.Equal(BackupState.Failed, (await _service.GetStatusAsync("b1"))!.State);
    }

    [Fact]
    public async Task Create_WhenALocalFileIsCutShort_FailsAndNamesIt()
    {
        string file = Assert.Single(Directory.GetFiles(_bench["source"], "*.seg"));
        await using (FileStream stream = File.OpenWrite(file))
        {
            stream.SetLength(stream.Length - 100);
        }

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.DatabaseFailure, failure.Error);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WhenTheDatabaseClosesAfterAFailure_StillReportsTheFailure()
    {
        _bench.Backend.BeforePut = async key =>
        {
            if (key.EndsWith("node.json", StringComparison.Ordinal))
            {
                await _source.DisposeAsync();
                throw new BackupBackendException(key, "no space left", isTransient: false);
            }
        };

        var failure = await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));

        Assert.Equal(BackupError.BackendFailure, failure.Error);
        Assert.Contains("no space left", (await _service.GetStatusAsync("b1"))!.Error!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WhenTheDamageIsMended_Succeeds()
    {
        string file = Assert.Single(Directory.GetFiles(_bench["source"], "*.seg"));
        Flip(file, 1_000);
        await Assert.ThrowsAsync<BackupException>(() => _service.CreateAsync(new BackupRequest("b1")));
        Flip(file, 1_000);

        Assert.Equal(BackupState.Success, (await _service.CreateAsync(new BackupRequest("b1"))).State);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static void Flip(string file, int position)
    {
        using FileStream stream = File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = position < 0 ? stream.Length + position : position;
        int value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ 0x04));
    }
}
