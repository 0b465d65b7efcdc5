using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>Appends by storing into a shared mapping: the bytes are the system's at once and survive the process.</summary>
/// <remarks>
/// A store into a page that is not mapped yet costs a fault, up to milliseconds while write-back runs. So a window ahead of the tail is
/// faulted in beforehand, by <see cref="LogPrefaulter"/>; not the whole file, because every page so touched is dirty and the first sync
/// would write all of them. A writer that outruns the window takes the faults itself.
/// </remarks>
internal sealed unsafe class MappedLogWriter : LogWriter
{
    private const long WindowBytes = 2 << 20;
    private const long LowWaterBytes = WindowBytes / 2;

    private readonly Lock _mappingLock = new();
    private readonly byte* _mapping;
    private long _populated;
    private bool _isAskedFor;
    private bool _isDisposed;

    public MappedLogWriter(IPreallocatedFile file, LogHeader header)
        : base(file, header)
    {
        _mapping = file.Map();
        Prefault();
    }

    public override long Written => Tail;

    /// <summary>Faults in the window ahead of the tail. Called beside appends, on another thread.</summary>
    public override void Prefault()
    {
        lock (_mappingLock)
        {
            if (_isDisposed)
            {
                return;
            }

            // Before the tail is read: an append after that asks again.
            Volatile.Write(ref _isAskedFor, false);
            long start = Math.Max(_populated, Tail);
            long end = Math.Min(Tail + WindowBytes, Capacity);
            if (end > start)
            {
                File.Populate(start, end - start);
                Volatile.Write(ref _populated, end);
            }
        }
    }

    public override void MakeRoom(long recordBytes)
    {
    }

    public override void HandToSystem()
    {
    }

    public override void Dispose()
    {
        lock (_mappingLock)
        {
            _isDisposed = true;
            base.Dispose();
        }
    }

    protected override byte* Reserve(long offset, long bytes, LogRecordType type)
    {
        long populated = Volatile.Read(ref _populated);
        if (offset + bytes + LowWaterBytes > populated && populated < Capacity && !_isAskedFor)
        {
            Volatile.Write(ref _isAskedFor, true);
            PrefaultNeeded();
        }

        return _mapping + offset;
    }

    protected override void StoreWatermark(ulong word)
    {
        ulong stored = BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
        Volatile.Write(ref *(ulong*)(_mapping + LogHeader.WatermarkOffset), stored);
    }
}
