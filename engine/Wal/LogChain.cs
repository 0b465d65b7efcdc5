using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>Reads the chain of logs that a process left behind and decides whether a crash can have left it so.</summary>
/// <remarks>
/// A log gets its name only when its file and header are durable, names its predecessor, and a Seal names its successor. Logs leave the
/// directory in order, below the floor, which is 0 or the number of a log that is there. Thus a crash leaves an unbroken chain, of which
/// (1) every log but those after the last record has a Seal, or
/// (2) after a power loss, some log ends early, no later log was ever synced, and later logs may hold records that must be dropped.
/// Everything else is damage: a bad header, a missing log, a missing end before something that was synced. It stops the replay.
/// </remarks>
internal static class LogChain
{
    /// <summary>Hands all batches of the logs from <paramref name="floor"/> on to <paramref name="handler"/>, in order.</summary>
    /// <exception cref="DatabaseException">Damage that no crash explains. Batches before it were handed over already.</exception>
    public static LogReplayResult Replay(IFileSystem files, string directory, ulong floor, Guid databaseId, LogRecordHandler handler)
    {
        List<LogReader> logs = [];
        try
        {
            foreach (ulong number in Numbers(files, directory, floor))
            {
                logs.Add(LogReader.Open(files, directory, number, databaseId));
            }

            VerifyLinks(logs, directory, floor);
            return Replay(logs, handler);
        }
        finally
        {
            logs.ForEach(log => log.Dispose());
        }
    }

    private static List<ulong> Numbers(IFileSystem files, string directory, ulong floor)
    {
        List<ulong> numbers = [];
        foreach (string name in files.List(directory))
        {
            if (FileNames.TryParse(name, out FileKind kind, out ulong number) && kind == FileKind.Log && number >= floor)
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }

    private static void VerifyLinks(List<LogReader> logs, string directory, ulong floor)
    {
        if (floor > 0 && (logs.Count == 0 || logs[0].Header.Number != floor))
        {
            throw DatabaseException.Damage(
                "The manifest counts on this log, which is missing.", Path.Combine(directory, FileNames.Log(floor)));
        }

        for (int i = 0; i < logs.Count; i++)
        {
            ulong predecessor = logs[i].Header.Predecessor;
            bool isLinked = i == 0 ? predecessor < floor || predecessor == 0 : predecessor == logs[i - 1].Header.Number;
            if (!isLinked)
            {
                throw DatabaseException.Damage($"The log follows log {predecessor}, which is missing.", logs[i].Path, 0);
            }
        }
    }

    private static LogReplayResult Replay(List<LogReader> logs, LogRecordHandler handler)
    {
        LogPosition end = default;
        long records = 0;
        bool isTorn = false;
        int next = 0;
        for (bool goesOn = logs.Count > 0; goesOn; next++)
        {
            LogReader log = logs[next];
            long start = log.Offset;
            while (log.TryRead(out ReadOnlySpan<byte> payload))
            {
                handler(payload, new LogPosition(log.Header.Number, start));
                start = log.Offset;
                records++;
            }

            end = new LogPosition(log.Header.Number, log.Offset);
            isTorn = log.IsTorn;
            goesOn = log.Successor is { } successor && FollowSeal(log, successor, next + 1 < logs.Count ? logs[next + 1] : null);
        }

        List<ulong> dropped = DropUnreachable(logs, next);
        return new LogReplayResult
        {
            End = end,
            Records = records,
            IsTailTorn = isTorn || dropped.Count > 0,
            DroppedLogs = dropped,
            HighestLog = logs.Count > 0 ? logs[^1].Header.Number : 0,
        };
    }

    private static bool FollowSeal(LogReader log, ulong successor, LogReader? next) => next?.Header.Number == successor
        ? true
        : throw log.Damage($"The log was continued in log {successor}, which is missing.");

    /// <summary>The logs after the one in which the records end: unused, or dropped, or proof that records are missing.</summary>
    private static List<ulong> DropUnreachable(List<LogReader> logs, int first)
    {
        List<ulong> dropped = [];
        foreach (LogReader later in logs.Skip(first))
        {
            if (later.Watermark > LogHeader.PageBytes)
            {
                throw logs[first - 1].Damage($"The records end here, but log {later.Header.Number} after it was synced.");
            }

            if (later.TryRead(out _) || later.Successor is not null)
            {
                dropped.Add(later.Header.Number);
            }
        }

        return dropped;
    }
}
