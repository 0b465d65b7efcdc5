using Basalt.Engine.Storage;
using Basalt.Engine.Wal;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Wal;

/// <summary>A directory with a small chain of logs: written, left as a killed process leaves it, damaged, and read again.</summary>
internal sealed class LogFixture : IDisposable
{
    public const long Capacity = 64 << 10;
    public const ulong FirstLog = 1;

    private static readonly Guid DatabaseId = new("0a1b2c3d-0000-4000-8000-0123456789ab");

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files = new();

    public string this[ulong log] => _directory[$"{log:D6}.log"];

    public void Dispose() => _directory.Dispose();

    public WriteAheadLog Start(LogMedium medium, ulong number = FirstLog, ulong predecessor = 0) =>
        WriteAheadLog.Start(_files, _directory.Path, DatabaseId, medium, number, predecessor, Capacity);

    /// <summary>Appends records 0, 1, 2 ... and returns where each ends.</summary>
    public static List<long> Append(WriteAheadLog log, int first, int count)
    {
        List<long> ends = [];
        for (int i = first; i < first + count; i++)
        {
            LogPosition position = log.Append(Payload(i));
            log.HandToSystem(position);
            ends.Add(position.Offset);
        }

        return ends;
    }

    /// <summary>Reads the chain and checks that it holds records 0, 1, 2 ... and nothing else.</summary>
    /// <returns>How many, and what the replay says.</returns>
    public (int Count, LogReplayResult Result) Replay(ulong floor = 0)
    {
        int count = 0;
        LogReplayResult result = LogChain.Replay(_files, _directory.Path, floor, DatabaseId, (payload, _) =>
        {
            if (!payload.SequenceEqual(Payload(count)))
            {
                Assert.Fail($"Record {count} is not what was written.");
            }

            count++;
        });
        return (count, result);
    }

    private static byte[] Payload(int number)
    {
        byte[] payload = new byte[(number * 7) % 40];
        new Random(number).NextBytes(payload);
        return payload;
    }
}
