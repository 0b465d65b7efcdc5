using System.Buffers.Binary;
using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Wal;

/// <summary>Reads the records of one log in order, up to the first place where none verifies.</summary>
internal sealed class LogReader : IDisposable
{
    private const int ChunkBytes = 1 << 20;

    private readonly IReadableFile _file;
    private readonly uint _seed;
    private byte[] _buffer = [];
    private long _bufferStart;
    private int _buffered;

    private LogReader(IReadableFile file, LogHeader header, long watermark)
    {
        _file = file;
        Header = header;
        Watermark = watermark;
        _seed = header.Seed;
    }

    public LogHeader Header { get; }

    /// <summary>Everything below this offset was synced.</summary>
    public long Watermark { get; }

    public string Path => _file.Path;

    /// <summary>Where the next record starts, or where the records end.</summary>
    public long Offset { get; private set; } = LogHeader.PageBytes;

    /// <summary>The log that continues this one, once its Seal was read.</summary>
    public ulong? Successor { get; private set; }

    /// <summary>Whether something that is not a record stands where the records end.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Opens a log and verifies its header.</summary>
    public static LogReader Open(IFileSystem files, string directory, ulong number, Guid databaseId)
    {
        IReadableFile file = files.OpenRead(System.IO.Path.Combine(directory, FileNames.Log(number)));
        try
        {
            (LogHeader header, long watermark) = ReadHeader(file);
            Verify(header, file, number, databaseId);
            return new LogReader(file, header, watermark);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads and verifies a header alone.</summary>
    public static LogHeader ReadHeader(IFileSystem files, string path)
    {
        using IReadableFile file = files.OpenRead(path);
        return ReadHeader(file).Header;
    }

    /// <summary>Reads the next batch: false at the end of the records.</summary>
    /// <exception cref="DatabaseException">The records end before the watermark: acknowledged data is damaged.</exception>
    public bool TryRead(out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (Successor is not null || !TryReadRecord(out LogRecordType type, out ReadOnlySpan<byte> content, out long end))
        {
            return false;
        }

        Offset = end;
        if (type == LogRecordType.Batch)
        {
            payload = content;
            return true;
        }

        Successor = BinaryPrimitives.ReadUInt64LittleEndian(content);
        return end >= Watermark ? false : throw Damage("The log goes on after its Seal.");
    }

    /// <summary>
    /// Moves over what does not verify to the next record that does: false if there is none. A record's checksum covers its place, so nothing
    /// else passes for one.
    /// </summary>
    public bool TryResume()
    {
        for (Offset += LogRecordFormat.Alignment; Offset + LogRecordFormat.HeaderBytes <= Header.Capacity; Offset += LogRecordFormat.Alignment)
        {
            if (TryVerify(out _, out _, out _))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What follows is damage: acknowledged data should be there.</summary>
    public DatabaseException Damage(string reason) => DatabaseException.Damage(
        $"{reason} Data that was acknowledged as durable is damaged.", Path, Offset);

    private static (LogHeader Header, long Watermark) ReadHeader(IReadableFile file)
    {
        if (file.Length < LogHeader.PageBytes)
        {
            throw DatabaseException.Damage("The log is shorter than its header page.", file.Path, file.Length);
        }

        byte[] page = new byte[LogHeader.PageBytes];
        file.ReadExactly(page, 0);
        return LogHeader.Read(page, file.Path);
    }

    private static void Verify(LogHeader header, IReadableFile file, ulong number, Guid databaseId)
    {
        if (header.Number != number)
        {
            throw DatabaseException.Damage($"The log says that it is number {header.Number}; it was renamed or copied here.", file.Path, 0);
        }

        if (header.DatabaseId != databaseId)
        {
            throw DatabaseException.Damage(
                $"The log belongs to database {header.DatabaseId}, this is {databaseId}; it was copied here.", file.Path, 0);
        }

        if (file.Length < header.Capacity)
        {
            throw DatabaseException.Damage(
                $"The log was cut: its space of {header.Capacity} bytes was durable before its first record.", file.Path, file.Length);
        }
    }

    private bool TryReadRecord(out LogRecordType type, out ReadOnlySpan<byte> payload, out long end)
    {
        if (TryVerify(out type, out payload, out end))
        {
            return true;
        }

        return Offset >= Watermark ? false : throw Damage("No valid log record is here.");
    }

    private bool TryVerify(out LogRecordType type, out ReadOnlySpan<byte> payload, out long end)
    {
        type = default;
        payload = default;
        end = Offset;
        long room = Header.Capacity - Offset;
        if (room >= LogRecordFormat.HeaderBytes)
        {
            ReadOnlySpan<byte> header = Window(LogRecordFormat.HeaderBytes);
            IsTorn = header.IndexOfAnyExcept((byte)0) >= 0;
            int length = LogRecordFormat.ClaimedLength(header);
            if (length >= 0 && LogRecordFormat.SizeOf(length) <= room)
            {
                int size = checked((int)LogRecordFormat.SizeOf(length));
                if (LogRecordFormat.TryRead(Window(size), _seed, Offset, out type, out payload))
                {
                    IsTorn = false;
                    end = Offset + size;
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The next bytes of the file; valid until the next call.</summary>
    private ReadOnlySpan<byte> Window(int bytes)
    {
        if (Offset < _bufferStart || Offset + bytes > _bufferStart + _buffered)
        {
            int wanted = (int)Math.Min(Math.Max(bytes, ChunkBytes), Header.Capacity - Offset);
            if (_buffer.Length < wanted)
            {
                _buffer = GC.AllocateUninitializedArray<byte>(wanted);
            }

            _file.ReadExactly(_buffer.AsSpan(0, wanted), Offset);
            _bufferStart = Offset;
            _buffered = wanted;
        }

        return _buffer.AsSpan((int)(Offset - _bufferStart), bytes);
    }
}
