using System.IO.Compression;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Golden;

/// <summary>
/// A repository as each format version wrote it is restored for ever. BASALT_APPROVE=1 writes the one of this version if it is missing; it
/// is never written again.
/// </summary>
public sealed class GoldenRepositoryTests : DisposableTest
{
    private const string Current = "1.0";

    private readonly Workbench _bench = new();
    private readonly TemporaryDirectory _unpacked = new();

    [Theory]
    [InlineData(Current)]
    public async Task Restore_OfTheRepositoryOfEachVersion_BringsBackWhatWasInIt(string version)
    {
        using BackupRepository repository = await OpenAsync(version);
        Database older = _bench.OpenDatabase("older");
        Database newer = _bench.OpenDatabase("newer");

        await _bench.OpenService(older, backend: Store).RestoreAsync("b1");
        await _bench.OpenService(newer, backend: Store).RestoreAsync("b2");

        Database expected = _bench.OpenDatabase("expected");
        FillFirst(expected);
        Assert.Equal(Contents.Read(expected), Contents.Read(older));
        FillSecond(expected);
        Assert.Equal(Contents.Read(expected), Contents.Read(newer));
    }

    [Theory]
    [InlineData(Current)]
    public async Task Verify_OfTheRepositoryOfEachVersion_FindsNothingWrong(string version)
    {
        using BackupRepository repository = await OpenAsync(version);

        IReadOnlyList<BackupSummary> backups = await repository.ListAsync();

        Assert.Equal(
            [("b1", BackupState.Success), ("b2", BackupState.Success), ("b3", BackupState.Failed)],
            backups.Select(backup => (backup.Id, backup.State)));
        Assert.NotEqual(0, backups[1].ReusedBytes);
        foreach (string id in (string[])["b1", "b2"])
        {
            VerificationReport report = await repository.VerifyAsync(id, new VerificationOptions { Level = VerificationLevel.Full });
            Assert.True(report.IsGood, string.Join("; ", report.Problems));
        }
    }

    [Theory]
    [InlineData(Current)]
    public async Task Create_InTheRepositoryOfEachVersion_SharesWithIt(string version)
    {
        using BackupRepository repository = await OpenAsync(version);
        Database restored = _bench.OpenDatabase("restored");
        BackupService service = _bench.OpenService(restored, backend: Store);
        await service.RestoreAsync("b2");

        BackupSummary next = await service.CreateAsync(new BackupRequest("b4"));

        Assert.InRange(next.ReusedBytes, 1, next.LogicalBytes);
        await service.Repository.CollectGarbageAsync(new GarbageCollectionOptions { MinimumAge = TimeSpan.Zero });
        Assert.True((await repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full })).IsGood);
    }

    public override async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _unpacked.Dispose();
    }

    private FileSystemBackend Store => new(_unpacked["repository"]);

    private async Task<BackupRepository> OpenAsync(string version)
    {
        string archive = Path.Combine(SourceTree.Root, "tests", "Backup.Tests", "Golden", $"repository-{version}.zip");
        if (version == Current && !File.Exists(archive) && Environment.GetEnvironmentVariable("BASALT_APPROVE") == "1")
        {
            await WriteAsync(archive);
        }

        await ZipFile.ExtractToDirectoryAsync(archive, _unpacked["repository"]);
        return new BackupRepository(Store, Workbench.BackupOptions);
    }

    private async Task WriteAsync(string archive)
    {
        Database source = _bench.OpenDatabase();
        BackupService service = _bench.OpenService(source);
        FillFirst(source);
        await service.CreateAsync(new BackupRequest("b1"));
        FillSecond(source);
        await service.CreateAsync(new BackupRequest("b2"));
        _bench.Backend.BeforePut = key =>
            key.Contains("/shard-", StringComparison.Ordinal) ? throw new BackupBackendException(key, "Quota.", isTransient: false) : Task.CompletedTask;
        await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest("b3")));
        await ZipFile.CreateFromDirectoryAsync(_bench.Repository.Root, archive);
    }

    private static void FillFirst(Database database)
    {
        Contents.Fill(database, "Book/s1/objects", 60, seed: 1);
        Contents.Fill(database, "Book/s1/index", 3, seed: 2, valueBytes: 20);
        database.GetOrCreateKeyspace("Empty");
        database.FlushAsync().GetAwaiter().GetResult();
    }

    private static void FillSecond(Database database)
    {
        Contents.Fill(database, "Author", 40, seed: 3);
        database.FlushAsync().GetAwaiter().GetResult();
    }
}
