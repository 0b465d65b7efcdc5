using Basalt.Engine.Wal;

namespace Basalt.Engine.Tests.Wal;

/// <summary>
/// What was synced is there or its loss is reported; what was not may be dropped from the end, never from the middle.
/// </summary>
public sealed class LogDamageTests : IDisposable
{
    private const int Synced = 20;

    private readonly LogFixture _logs = new();

    public void Dispose() => _logs.Dispose();

    [Theory]
    [InlineData(nameof(LogMedium.Staged))]
    [InlineData(nameof(LogMedium.Mapped))]
    public void Replay_WhenAnyByteOfASyncedLogIsFlipped_ReportsItOrLosesNothing(string medium)
    {
        string path = _logs[LogFixture.FirstLog];
        long end = WriteSynced(Enum.Parse<LogMedium>(medium));
        int detected = 0;
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (long offset = 0; offset < file.Length; offset += offset < end + 64 ? 1 : 61)
        {
            foreach (byte flip in (ReadOnlySpan<byte>)[0x01, 0x40, 0xFF])
            {
                byte original = Flip(file, offset, flip);
                try
                {
                    Assert.Equal(Synced, _logs.Replay().Count);
                    Assert.True(offset >= end, $"Byte {offset} before the end at {end}: flip {flip:x2} went unnoticed.");
                }
                catch (DatabaseException exception)
                {
                    Assert.True(offset < end, $"Byte {offset} after the end at {end}: {exception.Message}");
                    Assert.Equal((DatabaseError.Corruption, path), (exception.Error, exception.File));
                    Assert.InRange(exception.Offset, 0, offset);
                    detected++;
                }

                Flip(file, offset, flip);
                Assert.Equal(original, ReadByte(file, offset));
            }
        }

        Assert.Equal(3 * end, detected);
        Assert.False(_logs.Replay().Result.IsTailTorn);
    }

    [Fact]
    public void Replay_WhenTheLogIsCutToAnyLength_ReportsIt()
    {
        string path = _logs[LogFixture.FirstLog];
        long end = WriteSynced(LogMedium.Staged);
        byte[] whole = File.ReadAllBytes(path);

        for (int length = whole.Length - 1; length >= 0; length -= length > end + 64 ? 509 : 1)
        {
            using (FileStream file = File.Open(path, FileMode.Open))
            {
                file.SetLength(length);
            }

            DatabaseException exception = Assert.Throws<DatabaseException>(() => _logs.Replay());
            Assert.Equal((DatabaseError.Corruption, path), (exception.Error, exception.File));
        }
    }

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)0xA7)]
    public void Replay_WhenTheTailBehindTheLastSyncIsTornAnywhere_DropsItFromThere(byte garbage)
    {
        const int Unsynced = 15;
        string path = _logs[LogFixture.FirstLog];
        List<long> ends;
        using (WriteAheadLog log = _logs.Start(LogMedium.Mapped))
        {
            ends = LogFixture.Append(log, 0, Synced);
            log.SyncAll();
            ends.AddRange(LogFixture.Append(log, Synced, Unsynced));
        }

        byte[] original = File.ReadAllBytes(path);
        for (long cut = ends[Synced - 1]; cut < ends[^1]; cut++)
        {
            byte[] torn = [.. original];
            torn.AsSpan((int)cut).Fill(garbage);
            File.WriteAllBytes(path, torn);

            (int count, LogReplayResult result) = _logs.Replay();

            // Padding reads as zeros either way, so a record may be whole although a few bytes of it were cut.
            int wholeRecords = ends.Count(end => end <= cut);
            Assert.InRange(count, wholeRecords, garbage == 0 ? wholeRecords + 1 : wholeRecords);
            Assert.Equal(count == 0 ? LogHeader.PageBytes : ends[count - 1], result.End.Offset);
            Assert.True(garbage == 0 || result.IsTailTorn);
        }
    }

    [Fact]
    public void Replay_WhenARecordBeforeTheLastSyncIsDamaged_StopsAlthoughLaterOnesAreUnsynced()
    {
        string path = _logs[LogFixture.FirstLog];
        List<long> ends;
        using (WriteAheadLog log = _logs.Start(LogMedium.Mapped))
        {
            ends = LogFixture.Append(log, 0, Synced);
            log.SyncAll();
            LogFixture.Append(log, Synced, 5);
        }

        using (FileStream file = File.Open(path, FileMode.Open))
        {
            Flip(file, ends[10] - 1, 0x10);
        }

        DatabaseException exception = Assert.Throws<DatabaseException>(() => _logs.Replay());

        Assert.Equal((DatabaseError.Corruption, path, ends[9]), (exception.Error, exception.File, exception.Offset));
    }

    private long WriteSynced(LogMedium medium)
    {
        using WriteAheadLog log = _logs.Start(medium);
        long end = LogFixture.Append(log, 0, Synced)[^1];
        log.SyncAll();
        return end;
    }

    private static byte Flip(FileStream file, long offset, byte mask)
    {
        byte original = ReadByte(file, offset);
        file.Position = offset;
        file.WriteByte((byte)(original ^ mask));
        file.Flush();
        return original;
    }

    private static byte ReadByte(FileStream file, long offset)
    {
        file.Position = offset;
        return (byte)file.ReadByte();
    }
}
