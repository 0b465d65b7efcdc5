using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>Appends by storing into a shared mapping: the bytes are the system's at once and survive the process.</summary>
/// <remarks>
/// A store into a page that is not mapped yet costs a fault, up to milliseconds while write-back runs. So a window ahead of the tail is
/// faulted in beforehand; not the whole file, because every page so touched is dirty and the first sync would write all of them.
/// </remarks>
internal sealed unsafe class MappedLogWriter : LogWriter
{
    private const long WindowBytes = 256 << 10;

    private readonly byte* _mapping;
    private long _populated;

    public MappedLogWriter(IPreallocatedFile file, LogHeader header)
        : base(file, header)
    {
        _mapping = file.Map();
        Populate(LogHeader.PageBytes);
    }

    public override long Written => Tail;

    public override void MakeRoom(long recordBytes)
    {
    }

    public override void HandToSystem()
    {
    }

    protected override byte* Reserve(long offset, long bytes, LogRecordType type)
    {
        if (offset + bytes > _populated)
        {
            Populate(offset + bytes);
        }

        return _mapping + offset;
    }

    protected override void StoreWatermark(ulong word)
    {
        ulong stored = BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
        Volatile.Write(ref *(ulong*)(_mapping + LogHeader.WatermarkOffset), stored);
    }

    private void Populate(long needed)
    {
        long end = Math.Min(needed + WindowBytes, Capacity);
        File.Populate(_populated, end - _populated);
        _populated = end;
    }
}
