using System.Buffers.Binary;
using System.Diagnostics;
using Basalt.Engine.Checksums;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>One log file being written. Its file was prepared by <see cref="LogFilePool"/>: header durable, space reserved.</summary>
/// <remarks>
/// Invariants: (1) <see cref="Durable"/> &lt;= <see cref="Written"/> &lt;= <see cref="Tail"/>; (2) each is the end of a record, or the end of
/// the header page; (3) after the Seal, Tail does not change. Tail moves under the caller's commit lock, Written under the hand gate and
/// Durable under the sync gate of <see cref="WriteAheadLog"/>.
/// </remarks>
internal abstract unsafe class LogWriter : IDisposable
{
    private readonly uint _seed;
    private long _tail = LogHeader.PageBytes;
    private long _durable = LogHeader.PageBytes;

    protected LogWriter(IPreallocatedFile file, LogHeader header)
    {
        File = file;
        Number = header.Number;
        Capacity = header.Capacity;
        _seed = header.Seed;
    }

    public ulong Number { get; }

    public long Capacity { get; }

    public string Path => File.Path;

    /// <summary>End of the last appended record.</summary>
    public long Tail => Volatile.Read(ref _tail);

    /// <summary>End of what the system holds.</summary>
    public abstract long Written { get; }

    /// <summary>End of what was synced.</summary>
    public long Durable => Volatile.Read(ref _durable);

    /// <summary>Raised under the commit lock when <see cref="Prefault"/> has something to do. Must return at once.</summary>
    public Action PrefaultNeeded { get; set; } = static () => { };

    protected IPreallocatedFile File { get; }

    /// <summary>Bytes that a log needs to take one record of this payload.</summary>
    public static long CapacityFor(long payloadLength) =>
        LogHeader.PageBytes + LogRecordFormat.SizeOf(payloadLength) + LogRecordFormat.SealBytes + LogRecordFormat.TerminatorBytes;

    public static LogWriter Create(LogMedium medium, IPreallocatedFile file, LogHeader header) => medium switch
    {
        LogMedium.Mapped => new MappedLogWriter(file, header),
        LogMedium.Staged => new StagedLogWriter(file, header),
        _ => throw new ArgumentOutOfRangeException(nameof(medium), medium, "There is no such medium."),
    };

    /// <summary>Whether a record fits and a Seal still does after it. Requires: commit lock held.</summary>
    public bool HasRoom(long payloadLength) => _tail - LogHeader.PageBytes + CapacityFor(payloadLength) <= Capacity;

    /// <summary>
    /// Appends a batch: false if the medium must be given room first (<see cref="MakeRoom"/>). Requires: commit lock held, and
    /// <see cref="HasRoom"/> of the payload.
    /// </summary>
    public bool TryAppendBatch(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        Debug.Assert(HasRoom((long)head.Length + body.Length), "The caller switches logs when there is no room.");
        return TryAppend(LogRecordType.Batch, head, body);
    }

    /// <summary>Ends the log. Never does I/O: every medium keeps room for it. Requires: commit lock held.</summary>
    public void AppendSeal(ulong successor)
    {
        Span<byte> payload = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, successor);
        bool sealedNow = TryAppend(LogRecordType.Seal, payload, default);
        Debug.Assert(sealedNow, "The room of the Seal is kept free.");
    }

    /// <summary>Readies memory for appends to come, beside them; not needed by every medium.</summary>
    public virtual void Prefault()
    {
    }

    /// <summary>Lets the next record of this many bytes succeed. Requires: commit lock and hand gate held.</summary>
    public abstract void MakeRoom(long recordBytes);

    /// <summary>Gives everything appended to the system. Requires: hand gate held.</summary>
    public abstract void HandToSystem();

    /// <summary>Makes what was written durable: false if it was already. Requires: sync gate held.</summary>
    public bool Sync()
    {
        long target = Written;
        if (target <= _durable)
        {
            return false;
        }

        File.Sync();
        StoreWatermark(DurableWatermark.Encode(_seed, target));
        Volatile.Write(ref _durable, target);
        return true;
    }

    public virtual void Dispose() => File.Dispose();

    /// <summary>Memory for the file's bytes from <paramref name="offset"/> on, or null. Requires: commit lock held.</summary>
    protected abstract byte* Reserve(long offset, long bytes, LogRecordType type);

    protected abstract void StoreWatermark(ulong word);

    private bool TryAppend(LogRecordType type, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        long size = LogRecordFormat.SizeOf((long)head.Length + body.Length);
        byte* destination = Reserve(_tail, size + LogRecordFormat.TerminatorBytes, type);
        if (destination == null)
        {
            return false;
        }

        LogRecordFormat.Write(destination, _seed, _tail, type, head, body);
        Volatile.Write(ref _tail, _tail + size);
        return true;
    }
}
