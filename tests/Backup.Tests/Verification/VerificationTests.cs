using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Verification;

/// <summary>A verification finds what is wrong, all of it, and needs no database.</summary>
public sealed class VerificationTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly BackupRepository _repository;

    public VerificationTests()
    {
        Database source = _bench.OpenDatabase();
        Contents.Fill(source, "Book", 1_000, seed: 1);
        Contents.Fill(source, "Twin", 1_000, seed: 3);
        source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(source, "Author", 3, seed: 2);
        _bench.OpenService(source).CreateAsync(new BackupRequest("b1")).GetAwaiter().GetResult();
        _repository = new BackupRepository(_bench.Backend, Workbench.BackupOptions);
    }

    [Theory]
    [InlineData(VerificationLevel.Structure)]
    [InlineData(VerificationLevel.Existence)]
    [InlineData(VerificationLevel.Checksums)]
    [InlineData(VerificationLevel.Sample)]
    [InlineData(VerificationLevel.Full)]
    public async Task Verify_OfAGoodBackup_FindsNothingAtAnyLevel(VerificationLevel level)
    {
        VerificationReport report = await VerifyAsync(level);

        Assert.True(report.IsGood, string.Join("; ", report.Problems));
        Assert.Equal((await _repository.FindAsync("b1"))!.Root, report.Root);
        Assert.Equal((await ObjectsAsync()).Length, report.Objects);
        Assert.Equal(level >= VerificationLevel.Checksums ? report.Objects : 0, report.ObjectsRead);
        Assert.DoesNotContain(await _bench.KeysAsync("b1/"), key => key.Contains("/pin-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_Full_ReadsEveryByteOfEveryObject()
    {
        VerificationReport report = await VerifyAsync(VerificationLevel.Full);

        long stored = (await ObjectsAsync()).Sum(key => new FileInfo(_bench.Repository.Location(key)).Length);
        Assert.Equal(stored, report.BytesRead);
    }

    [Fact]
    public async Task Verify_WhenAByteOfAnyKindOfObjectIsFlipped_NamesTheObject()
    {
        string[] keys = [.. (await _bench.KeysAsync("b1/")).Where(key => !key.EndsWith("backup_config.json", StringComparison.Ordinal)), .. (await ObjectsAsync()).Take(3)];
        foreach (string key in keys)
        {
            byte[] whole = await File.ReadAllBytesAsync(_bench.Repository.Location(key));
            foreach (int at in (int[])[0, 20, whole.Length / 2, whole.Length - 1])
            {
                byte[] damaged = [.. whole];
                damaged[at] ^= 1;
                await File.WriteAllBytesAsync(_bench.Repository.Location(key), damaged);

                VerificationReport report = await VerifyAsync(VerificationLevel.Full);

                Assert.False(report.IsGood, $"{key} at {at}");
                Assert.Contains(key, report.Problems.Select(problem => problem.ObjectKey));
                Assert.All(report.Problems, problem => Assert.Contains(problem.ObjectKey, problem.Message, StringComparison.Ordinal));
            }

            await File.WriteAllBytesAsync(_bench.Repository.Location(key), whole);
        }

        Assert.True((await VerifyAsync(VerificationLevel.Full)).IsGood);
    }

    [Theory]
    [InlineData(VerificationLevel.Structure, false)]
    [InlineData(VerificationLevel.Existence, true)]
    public async Task Verify_WhenObjectsAreMissing_NamesAllOfThemFromLevelExistenceOn(VerificationLevel level, bool isFound)
    {
        string[] missing = [.. (await ObjectsAsync()).Take(2)];
        foreach (string key in missing)
        {
            File.Delete(_bench.Repository.Location(key));
        }

        VerificationReport report = await VerifyAsync(level);

        Assert.Equal(isFound ? missing : [], report.Problems.Select(problem => problem.ObjectKey));
    }

    [Theory]
    [InlineData(VerificationLevel.Existence, false)]
    [InlineData(VerificationLevel.Checksums, true)]
    public async Task Verify_WhenTwoObjectsAreSwapped_FindsItFromLevelChecksumsOn(VerificationLevel level, bool isFound)
    {
        string[] equal = [.. (await ObjectsAsync())
            .GroupBy(key => new FileInfo(_bench.Repository.Location(key)).Length)
            .First(group => group.Count() > 1)
            .Take(2)];
        (string first, string second) = (_bench.Repository.Location(equal[0]), _bench.Repository.Location(equal[1]));
        File.Move(first, first + ".aside");
        File.Move(second, first);
        File.Move(first + ".aside", second);

        VerificationReport report = await VerifyAsync(level);

        Assert.Equal(isFound ? equal : [], report.Problems.Select(problem => problem.ObjectKey));
    }

    [Fact]
    public async Task Verify_WithASample_ReadsOneObjectWholeAndTheEndsOfTheOthers()
    {
        var options = new VerificationOptions { Level = VerificationLevel.Sample, SamplePercent = 0.01 };

        VerificationReport report = await _repository.VerifyAsync("b1", options);

        long largest = (await ObjectsAsync()).Max(key => new FileInfo(_bench.Repository.Location(key)).Length);
        Assert.Equal(report.Objects, report.ObjectsRead);
        Assert.InRange(report.BytesRead, 68 * report.Objects, (68 * report.Objects) + largest);
    }

    [Fact]
    public async Task Verify_TellsHowFarItHasCome()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<TransferProgress>();
        var options = new VerificationOptions { Level = VerificationLevel.Full, Progress = new Reporter(seen.Enqueue) };

        VerificationReport report = await _repository.VerifyAsync("b1", options);

        Assert.Equal(report.Objects, seen.Count);
        Assert.Contains(new TransferProgress(report.Objects, report.Objects, report.BytesRead, report.BytesRead), seen);
    }

    [Fact]
    public async Task Verify_OfNoBackupOrOneThatFailed_IsRefused()
    {
        BackupException absent = await Assert.ThrowsAsync<BackupException>(() => _repository.VerifyAsync("b2"));

        Assert.Equal(BackupError.NotFound, absent.Error);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _repository.VerifyAsync("b1", new VerificationOptions { SamplePercent = 0 }));
    }

    public override ValueTask DisposeAsync()
    {
        _repository.Dispose();
        return _bench.DisposeAsync();
    }

    private Task<VerificationReport> VerifyAsync(VerificationLevel level) =>
        _repository.VerifyAsync("b1", new VerificationOptions { Level = level });

    private async Task<string[]> ObjectsAsync() =>
        [.. (await _bench.KeysAsync("b1/")).Where(key => key.Contains("/pack-", StringComparison.Ordinal)).Concat(await _bench.KeysAsync(RepositoryLayout.DataPrefix)).Order(StringComparer.Ordinal)];

    private sealed class Reporter(Action<TransferProgress> report) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => report(value);
    }
}
