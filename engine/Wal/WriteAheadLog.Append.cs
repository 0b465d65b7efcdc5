using System.Diagnostics;

namespace Basalt.Engine.Wal;

/// <content>What runs under the caller's commit lock: nothing here allocates but the switch, and only an overflowing buffer does I/O.</content>
internal sealed partial class WriteAheadLog
{
    /// <summary>Whether the next log is there to be switched to.</summary>
    public bool IsNextReady => Volatile.Read(ref _next) is not null;

    /// <summary>Bytes of the next log, 0 if none is ready. Compare with <see cref="CapacityFor"/>.</summary>
    public long NextCapacity => Volatile.Read(ref _next)?.Capacity ?? 0;

    /// <summary>Whether the current log can take a batch. Requires: commit lock held.</summary>
    public bool HasRoom(int payloadLength) => _current.HasRoom(payloadLength);

    /// <summary>Appends a batch and returns the position to wait for. Requires: commit lock held, <see cref="HasRoom"/>.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.WritesRefused"/> after a failure.</exception>
    public LogPosition Append(ReadOnlySpan<byte> payload) => Append(payload, default);

    /// <summary>Appends a batch that comes in two parts. Requires: commit lock held, <see cref="HasRoom"/> of both.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.WritesRefused"/> after a failure.</exception>
    public LogPosition Append(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        _commits.ThrowIfFailed();
        long length = (long)head.Length + body.Length;
        if (length > LogRecordFormat.MaxPayloadBytes)
        {
            throw new DatabaseException(
                DatabaseError.LimitExceeded, $"A batch of {length} bytes is larger than the {LogRecordFormat.MaxPayloadBytes} that a log record holds.");
        }

        LogWriter log = _current;
        long start = log.Tail;
        if (!log.TryAppendBatch(head, body))
        {
            MakeRoom(log, LogRecordFormat.SizeOf(length));
            bool appended = log.TryAppendBatch(head, body);
            Debug.Assert(appended, "Room was made for it.");
        }

        Volatile.Write(ref _bytesAppended, _bytesAppended + log.Tail - start);
        return new LogPosition(log.Number, log.Tail);
    }

    /// <summary>
    /// Ends the current log and makes the next one current. One small record and no I/O: this is what holds writers at a cut.
    /// Requires: commit lock held, <see cref="IsNextReady"/>.
    /// </summary>
    public void Switch()
    {
        _commits.ThrowIfFailed();
        lock (_chainLock)
        {
            LogWriter next = _next ?? throw new DatabaseException("The next log is not prepared yet.");

            // Sealed before it stops being the last of the chain, so that a sync that sees two logs sees the whole first one.
            _current.AppendSeal(next.Number);
            _bytesAppended += LogRecordFormat.SealBytes;
            Volatile.Write(ref _current, next);
            Volatile.Write(ref _chain, [.. _chain, next]);
            Volatile.Write(ref _next, null);
        }
    }

    private void MakeRoom(LogWriter log, long recordBytes)
    {
        try
        {
            lock (_handGate)
            {
                HandOver(Volatile.Read(ref _chain));
                log.MakeRoom(recordBytes);
            }
        }
        catch (DatabaseException cause)
        {
            _commits.Fail(cause);
            _commits.ThrowIfFailed();
        }
    }
}
