using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Basalt.Engine.Checksums;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>Appends into a buffer of the process, which is written out in one piece before a sync or a buffered acknowledgement.</summary>
/// <remarks>
/// The buffer stands for the file's bytes from <see cref="_base"/> on. An appender fills it while another thread writes out what was
/// complete before, without a lock between them; only moving the buffer ahead (<see cref="MakeRoom"/>) excludes both.
/// </remarks>
internal sealed unsafe class StagedLogWriter : LogWriter
{
    private const long BufferBytes = 1 << 20;

    /// <summary>Kept free of batches, so that sealing finds its place without I/O.</summary>
    private const long SealRoom = LogRecordFormat.SealBytes + LogRecordFormat.TerminatorBytes;

    private byte* _buffer;
    private long _capacity;
    private long _base = LogHeader.PageBytes;
    private long _written = LogHeader.PageBytes;

    public StagedLogWriter(IPreallocatedFile file, LogHeader header)
        : base(file, header)
    {
        _capacity = Math.Min(BufferBytes, header.Capacity);
        _buffer = (byte*)NativeMemory.Alloc((nuint)_capacity);

        // Touched here, off the write path, rather than by the appends.
        NativeMemory.Clear(_buffer, (nuint)_capacity);
    }

    ~StagedLogWriter() => NativeMemory.Free(_buffer);

    public override long Written => Volatile.Read(ref _written);

    public override void MakeRoom(long recordBytes)
    {
        HandToSystem();
        _base = Tail;
        long needed = recordBytes + LogRecordFormat.TerminatorBytes + SealRoom;
        if (needed > _capacity)
        {
            // A batch larger than the buffer; the buffer keeps that size while this log is written.
            byte* larger = (byte*)NativeMemory.Alloc((nuint)needed);
            NativeMemory.Free(_buffer);
            _buffer = larger;
            _capacity = needed;
        }
    }

    public override void HandToSystem()
    {
        long tail = Tail;
        if (tail > _written)
        {
            // With the terminator, which the next hand-over overwrites.
            int length = checked((int)(tail - _written + LogRecordFormat.TerminatorBytes));
            File.Write(new ReadOnlySpan<byte>(_buffer + (_written - _base), length), _written);
            Volatile.Write(ref _written, tail);
        }
    }

    public override void Dispose()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override byte* Reserve(long offset, long bytes, LogRecordType type)
    {
        long kept = type == LogRecordType.Seal ? 0 : SealRoom;
        return offset - _base + bytes + kept <= _capacity ? _buffer + (offset - _base) : null;
    }

    protected override void StoreWatermark(ulong word)
    {
        Span<byte> bytes = stackalloc byte[DurableWatermark.Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, word);
        File.Write(bytes, LogHeader.WatermarkOffset);
    }
}
