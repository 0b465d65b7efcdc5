using Basalt.Engine.Wal;

namespace Basalt.Engine.Tests.Wal;

/// <summary>Several logs in a row: rotated, recycled, lost, torn.</summary>
public sealed class LogChainTests : IDisposable
{
    private readonly LogFixture _logs = new();

    public void Dispose() => _logs.Dispose();

    [Theory]
    [InlineData(nameof(LogMedium.Staged))]
    [InlineData(nameof(LogMedium.Mapped))]
    public void Replay_OfSeveralLogs_GivesAllRecordsInOrder(string medium)
    {
        using (WriteAheadLog log = _logs.Start(Enum.Parse<LogMedium>(medium)))
        {
            WriteThreeLogs(log);
        }

        (int count, LogReplayResult result) = _logs.Replay(floor: 1);

        Assert.Equal(30, count);
        Assert.Equal((3ul, 3ul, false), (result.End.Log, result.HighestLog, result.IsTailTorn));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Replay_WhenALogOfTheChainIsMissing_StopsAndSaysSo(ulong missing)
    {
        using (WriteAheadLog log = _logs.Start(LogMedium.Mapped))
        {
            WriteThreeLogs(log);
        }

        File.Delete(_logs[missing]);

        DatabaseException exception = Assert.Throws<DatabaseException>(() => _logs.Replay(floor: 1));
        Assert.Equal(DatabaseError.Corruption, exception.Error);
        Assert.Contains("missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_WhenTheOnlyLogIsMissing_StopsInsteadOfStartingEmpty()
    {
        DatabaseException exception = Assert.Throws<DatabaseException>(() => _logs.Replay(floor: 1));

        Assert.Equal((DatabaseError.Corruption, _logs[1]), (exception.Error, exception.File));
    }

    [Fact]
    public void Replay_WhenALogInTheMiddleIsTornAndTheNextWasNeverSynced_DropsThatToo()
    {
        using (WriteAheadLog log = _logs.Start(LogMedium.Mapped))
        {
            WriteThreeLogs(log);
        }

        Tear(_logs[2]);

        (int count, LogReplayResult result) = _logs.Replay(floor: 1);
        Assert.InRange(count, 10, 19);
        Assert.True(result.IsTailTorn);
        Assert.Equal([3ul], result.DroppedLogs);
        Assert.Equal(3ul, result.HighestLog);
    }

    [Fact]
    public void Replay_WhenALogInTheMiddleIsTornAlthoughTheNextWasSynced_Stops()
    {
        using (WriteAheadLog log = _logs.Start(LogMedium.Mapped))
        {
            WriteThreeLogs(log);
            log.SyncAll();
        }

        Tear(_logs[2]);

        Assert.Equal(DatabaseError.Corruption, Assert.Throws<DatabaseException>(() => _logs.Replay(floor: 1)).Error);
    }

    [Fact]
    public void Replay_OfARecycledLog_NeverBringsOldRecordsBack()
    {
        using (WriteAheadLog log = _logs.Start(LogMedium.Staged))
        {
            LogFixture.Append(log, 100, 40);
            log.PrepareNext(2, LogFixture.Capacity);
            log.Switch();
            log.Retire(2);

            // The file of log 1 becomes log 3: its old records lie behind the few new ones.
            log.PrepareNext(3, LogFixture.Capacity);
            log.Switch();
            log.Retire(3);
            LogFixture.Append(log, 0, 3);
        }

        (int count, LogReplayResult result) = _logs.Replay(floor: 3);

        Assert.Equal((3, false), (count, result.IsTailTorn));
    }

    [Fact]
    public void Replay_WhenALogOfAnotherNameTookItsPlace_Stops()
    {
        using (WriteAheadLog log = _logs.Start(LogMedium.Mapped))
        {
            WriteThreeLogs(log);
        }

        File.Move(_logs[3], _logs[2], overwrite: true);

        DatabaseException exception = Assert.Throws<DatabaseException>(() => _logs.Replay(floor: 1));
        Assert.Equal((DatabaseError.Corruption, _logs[2]), (exception.Error, exception.File));
    }

    private static void WriteThreeLogs(WriteAheadLog log)
    {
        LogFixture.Append(log, 0, 10);
        log.PrepareNext(2, LogFixture.Capacity);
        log.Switch();
        LogFixture.Append(log, 10, 10);
        log.PrepareNext(3, LogFixture.Capacity);
        log.Switch();
        LogFixture.Append(log, 20, 10);
    }

    /// <summary>As a power loss does: the second half of the records never reached the disk.</summary>
    private static void Tear(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int end = Array.FindLastIndex(bytes, value => value != 0) + 1;
        bytes.AsSpan((LogHeader.PageBytes + end) / 2).Clear();
        File.WriteAllBytes(path, bytes);
    }
}
