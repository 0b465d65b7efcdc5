using Basalt.Backup.Documents;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>What a later version wrote is refused with a reason, and left alone.</summary>
public sealed class NewerFormatTests : DisposableTest
{
    private const string RepositoryKey = ".repo/repo-0001.json";
    private const string OutcomeKey = "b1/outcome-0001.json";

    private readonly Workbench _bench = new();
    private readonly MemoryBackend _memory = new();
    private readonly Database _source;

    public NewerFormatTests()
    {
        _source = _bench.OpenDatabase();
        Contents.Fill(_source, "Book", 10, seed: 1);
        OpenService().CreateAsync(new BackupRequest("b1")).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Create_WhenTheRepositoryIsOfANewerFormat_WritesNothing()
    {
        RepositoryDocument document = DocumentCodec.Unseal(
            RepositoryKey, _memory.Objects[RepositoryKey], DocumentJsonContext.Default.RepositoryDocument);
        foreach (RepositoryDocument newer in (RepositoryDocument[])
            [document with { Format = "2.0" }, document with { Requires = ["encryption"] }, document with { ExtentSize = 8 << 20 }, document with { Digest = "blake3" }])
        {
            _memory.Objects[RepositoryKey] = DocumentCodec.Seal(newer, DocumentJsonContext.Default.RepositoryDocument);
            string[] before = [.. _memory.Objects.Keys.Order(StringComparer.Ordinal)];

            var failure = await Assert.ThrowsAsync<BackupException>(() => OpenService().CreateAsync(new BackupRequest("b2")));

            Assert.Equal((BackupError.UnsupportedFormat, RepositoryKey), (failure.Error, failure.ObjectKey));
            Assert.Equal(before, _memory.Objects.Keys.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Create_WhenTheRepositoryIsOfANewerMinorFormat_GoesOn()
    {
        RepositoryDocument document = DocumentCodec.Unseal(
            RepositoryKey, _memory.Objects[RepositoryKey], DocumentJsonContext.Default.RepositoryDocument);
        _memory.Objects[RepositoryKey] = DocumentCodec.Seal(document with { Format = "1.7" }, DocumentJsonContext.Default.RepositoryDocument);

        Assert.Equal(BackupState.Success, (await OpenService().CreateAsync(new BackupRequest("b2"))).State);
    }

    [Theory]
    [InlineData("2.0", null, "format 2.0")]
    [InlineData("1.0", "encryption", "encryption")]
    public async Task Restore_WhenTheBackupNeedsANewerVersion_SaysWhatIsMissing(string compatRead, string? feature, string expected)
    {
        OutcomeDocument outcome = DocumentCodec.Unseal(OutcomeKey, _memory.Objects[OutcomeKey], DocumentJsonContext.Default.OutcomeDocument);
        outcome = outcome with { CompatRead = compatRead, Requires = feature is null ? [] : [feature] };
        _memory.Objects[OutcomeKey] = DocumentCodec.Seal(outcome, DocumentJsonContext.Default.OutcomeDocument);
        BackupService service = OpenService();

        var failure = await Assert.ThrowsAsync<BackupException>(() => service.RestoreAsync("b1"));

        Assert.Equal((BackupError.UnsupportedFormat, OutcomeKey), (failure.Error, failure.ObjectKey));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Single(await service.ListAsync()).Error!, StringComparison.Ordinal);
        Assert.Equal(BackupState.Success, (await service.CreateAsync(new BackupRequest("b2"))).State);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private BackupService OpenService() => _bench.OpenService(_source, backend: _memory);
}
