using Basalt.Engine.Storage;
using Basalt.Engine.Wal;
using BenchmarkDotNet.Attributes;

namespace Basalt.Bench.Micro;

/// <summary>Appends of one small batch to the log, handed to the system each time as a Buffered put does, without a sync.</summary>
public class LogBenchmarks
{
    private const int Appends = 1_000;
    private const long LogBytes = 64L << 20;

    private readonly byte[] _payload = new byte[140];
    private string _folder = "";
    private WriteAheadLog _log = null!;
    private ulong _number;

    /// <summary>Whether the log is mapped into memory; otherwise it is written by calls.</summary>
    [Params(true, false)]
    public bool Mapped { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("basalt-micro").FullName;
        _number = 1;
        _log = WriteAheadLog.Start(
            new LocalFileSystem(), _folder, Guid.NewGuid(), Mapped ? LogMedium.Mapped : LogMedium.Staged, _number, predecessor: 0, LogBytes);
    }

    [Benchmark(OperationsPerInvoke = Appends)]
    public void Append()
    {
        if (!_log.HasRoom(Appends * (_payload.Length + 64)))
        {
            _log.PrepareNext(++_number, LogBytes);
            _log.Switch();
            _log.Retire(_number);
        }

        for (int i = 0; i < Appends; i++)
        {
            _log.HandToSystem(_log.Append(_payload));
        }
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
