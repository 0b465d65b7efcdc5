using Basalt.Backup.Documents;

namespace Basalt.Backup.Tests.Documents;

public sealed class DocumentCodecTests
{
    private static readonly TombstoneDocument Document = new()
    {
        By = new CoordinatorEntry("node1", Guid.Parse("11111111-2222-3333-4444-555555555555")),
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    [Fact]
    public void Seal_IsReadableJsonThatEndsWithItsChecksum()
    {
        string json = System.Text.Encoding.UTF8.GetString(DocumentCodec.Seal(Document, DocumentJsonContext.Default.TombstoneDocument));

        Assert.StartsWith(
            """{"by":{"node":"node1","instance":"11111111-2222-3333-4444-555555555555"},""",
            json,
            StringComparison.Ordinal);
        Assert.Matches(",\"crc32c\":\"[0-9a-f]{8}\"}\n$", json);
    }

    [Fact]
    public void Unseal_WhenIntact_ReturnsTheDocument()
    {
        byte[] bytes = DocumentCodec.Seal(Document, DocumentJsonContext.Default.TombstoneDocument);

        Assert.Equal(Document, DocumentCodec.Unseal("k", bytes, DocumentJsonContext.Default.TombstoneDocument));
    }

    [Fact]
    public void Unseal_WhenAnyByteIsFlipped_NamesTheObject()
    {
        byte[] bytes = DocumentCodec.Seal(Document, DocumentJsonContext.Default.TombstoneDocument);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x20;
            var failure = Assert.Throws<BackupException>(
                () => DocumentCodec.Unseal("k", bytes, DocumentJsonContext.Default.TombstoneDocument));
            Assert.Equal((BackupError.Corrupted, "k"), (failure.Error, failure.ObjectKey));
            bytes[i] ^= 0x20;
        }
    }

    [Fact]
    public void Unseal_WhenFieldsAreUnknown_IgnoresThem()
    {
        byte[] bytes = Seal("""{"future":[1,{"x":2}],"by":{"node":"n","instance":"11111111-2222-3333-4444-555555555555","pid":1},"created":"2026-01-02T03:04:05+00:00"}""");

        Assert.Equal("n", DocumentCodec.Unseal("k", bytes, DocumentJsonContext.Default.TombstoneDocument).By.Node);
    }

    [Theory]
    [InlineData("""{"created":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"by":{"node":null,"instance":"11111111-2222-3333-4444-555555555555"},"created":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"by":{"node":"n"},"created":"2026-01-02T03:04:05+00:00"}""")]
    [InlineData("""{"by":7,"created":"2026-01-02T03:04:05+00:00"}""")]
    public void Unseal_WhenFieldsAreMissingOrWrong_NamesTheObject(string json)
    {
        byte[] bytes = Seal(json);

        var failure = Assert.Throws<BackupException>(() => DocumentCodec.Unseal("k", bytes, DocumentJsonContext.Default.TombstoneDocument));

        Assert.Equal((BackupError.Corrupted, "k"), (failure.Error, failure.ObjectKey));
    }

    private static byte[] Seal(string json)
    {
        byte[] start = System.Text.Encoding.UTF8.GetBytes(json[..^1]);
        string seal = $",\"crc32c\":\"{Checksums.Crc32C.Compute(start):x8}\"}}\n";
        return [.. start, .. System.Text.Encoding.ASCII.GetBytes(seal)];
    }
}
