using System.Text.Json.Serialization.Metadata;
using Basalt.Backup.Documents;

namespace Basalt.Backup.Tests.Documents;

/// <summary>The documents that decide what a collector deletes are never misread.</summary>
public sealed class GarbageDocumentTests
{
    private static readonly CoordinatorEntry By = new("node1", Guid.Parse("11111111-2222-3333-4444-555555555555"));
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Journal_WhenAnyByteIsFlipped_IsRefused() => AssertRefused(
        new JournalDocument { AttemptUlid = "01", Entries = [new JournalEntry("id", "key", JournalEntry.New), new JournalEntry("id", "other", JournalEntry.Reuse)] },
        DocumentJsonContext.Default.JournalDocument);

    [Fact]
    public void Heartbeat_WhenAnyByteIsFlipped_IsRefused() =>
        AssertRefused(new HeartbeatDocument { By = By, At = Time }, DocumentJsonContext.Default.HeartbeatDocument);

    [Fact]
    public void Pin_WhenAnyByteIsFlipped_IsRefused() =>
        AssertRefused(new PinDocument { By = By, Created = Time, Expires = Time.AddHours(6) }, DocumentJsonContext.Default.PinDocument);

    [Fact]
    public void Plan_WhenAnyByteIsFlipped_IsRefused() =>
        AssertRefused(new GarbagePlanDocument { By = By, Created = Time, Keys = ["a", "b"] }, DocumentJsonContext.Default.GarbagePlanDocument);

    [Fact]
    public void Done_WhenAnyByteIsFlipped_IsRefused() => AssertRefused(
        new GarbageDoneDocument { By = By, Completed = Time, Deleted = 1, Retained = ["a"], Failed = [new FailedDeletion("b", "locked")], BytesFreed = 7 },
        DocumentJsonContext.Default.GarbageDoneDocument);

    private static void AssertRefused<T>(T document, JsonTypeInfo<T> type)
    {
        byte[] bytes = DocumentCodec.Seal(document, type);
        Assert.Equivalent(document, DocumentCodec.Unseal("k", bytes, type), strict: true);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            var failure = Assert.Throws<BackupException>(() => DocumentCodec.Unseal("k", bytes, type));
            Assert.Equal((BackupError.Corrupted, "k"), (failure.Error, failure.ObjectKey));
            bytes[i] ^= 0x10;
        }
    }
}
