using Basalt.Engine.Commit;
using Basalt.Engine.Files;
using Basalt.Engine.Keys;
using Basalt.Engine.Storage;
using Basalt.Engine.Wal;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Reads the chain of logs by the rules of <see cref="LogChain"/>, which an open obeys, but goes on after damage: to find what else is
/// damaged, and what is lost because a recovered database holds a prefix of its writes.
/// </summary>
internal sealed class LogInspection(IFileSystem files, string directory, ManifestFindings manifest, InspectionLog log)
{
    private LogPosition _end;
    private ulong _lastSequence;
    private ulong _highestSequence;
    private uint _highestKeyspace;
    private long _records;
    private long _recordsBehind;
    private long _unplaced;
    private bool _isBroken;
    private bool _isEnded;
    private string _endedAt = "";
    private long _endOffset;

    public LogFindings Run(IReadOnlyList<ulong> numbers)
    {
        ulong floor = manifest.State!.LogFloor ?? 0;
        if (floor > 0 && (numbers.Count == 0 || numbers[0] != floor))
        {
            Break(DatabaseException.Corruption("The manifest counts on this log, which is missing.", PathOf(floor), 0));
        }

        for (int i = 0; i < numbers.Count; i++)
        {
            Read(numbers[i], i == 0 ? null : numbers[i - 1], i + 1 < numbers.Count ? numbers[i + 1] : null);
        }

        return new LogFindings
        {
            Numbers = numbers,
            IsDamaged = _isBroken,
            End = _end,
            Records = _records,
            LastSequence = _lastSequence,
            RecordsBehind = _recordsBehind,
            HighestSequence = _highestSequence,
            HighestKeyspace = _highestKeyspace,
            UnplacedWrites = _unplaced,
        };
    }

    private string PathOf(ulong number) => Path.Combine(directory, FileNames.Log(number));

    private void Break(DatabaseException damage)
    {
        log.Add(damage);
        _isBroken = true;
    }

    private void Read(ulong number, ulong? before, ulong? after)
    {
        try
        {
            using LogReader reader = LogReader.Open(files, directory, number, manifest.DatabaseId ?? Guid.Empty);
            ulong floor = manifest.State!.LogFloor ?? 0;
            ulong predecessor = reader.Header.Predecessor;
            if (before is { } previous ? predecessor != previous : predecessor >= floor && predecessor != 0)
            {
                Break(DatabaseException.Corruption($"The log follows log {predecessor}, which is missing.", reader.Path, 0));
            }

            if (_isEnded && !_isBroken && reader.Watermark > LogHeader.PageBytes)
            {
                Break(DatabaseException.Corruption($"The records end here, but log {number} after it was synced.", _endedAt, _endOffset));
            }

            long read = ReadRecords(reader);
            if (reader.Successor is { } successor && successor != after && !_isBroken && !_isEnded)
            {
                Break(reader.Damage($"The log was continued in log {successor}, which is missing."));
            }

            NoteEnd(reader, read);
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            Break(damage);
        }
    }

    private void NoteEnd(LogReader reader, long records)
    {
        string name = Path.GetFileName(reader.Path);
        if (_isBroken)
        {
            return;
        }

        if (_isEnded)
        {
            if (records > 0 || reader.Successor is not null)
            {
                log.Note($"'{name}' holds {records} batches that follow a torn log; they were never acknowledged as durable and are dropped.");
            }

            return;
        }

        if (reader.Successor is null)
        {
            (_isEnded, _endedAt, _endOffset) = (true, reader.Path, reader.Offset);
            if (reader.IsTorn)
            {
                log.Note($"'{name}' ends in an incomplete record at offset {reader.Offset}, as a crash leaves it; it was never acknowledged as durable.");
            }
        }
    }

    /// <summary>Reads all records that there are and returns the number of batches.</summary>
    private long ReadRecords(LogReader reader)
    {
        long count = 0;
        while (true)
        {
            try
            {
                long start = reader.Offset;
                while (reader.TryRead(out ReadOnlySpan<byte> payload))
                {
                    count++;
                    Take(payload, reader, start);
                    log.Read(reader.Offset - start);
                    start = reader.Offset;
                }

                return count;
            }
            catch (DatabaseException damage) when (damage.Error == DatabaseError.Corruption)
            {
                Break(damage);
                if (reader.Successor is not null || !reader.TryResume())
                {
                    return count;
                }
            }
        }
    }

    private void Take(ReadOnlySpan<byte> payload, LogReader reader, long start)
    {
        ulong last = _isBroken ? 0 : _lastSequence;
        string? problem = Problem(payload, ref last);
        _highestSequence = Math.Max(_highestSequence, last);
        if (problem is not null && !_isEnded)
        {
            Break(DatabaseException.Corruption(problem, reader.Path, start));
        }

        if (_isBroken)
        {
            _recordsBehind++;
        }
        else if (!_isEnded)
        {
            _records++;
            _lastSequence = last;
            _end = new LogPosition(reader.Header.Number, reader.Offset);
        }
    }

    /// <summary>Why replay would refuse a batch; null if it would not.</summary>
    private string? Problem(ReadOnlySpan<byte> payload, ref ulong last)
    {
        BatchReader operations = new(payload);
        uint unused = manifest.State!.NextKeyspaceId ?? 1;
        while (operations.MoveNext())
        {
            ulong sequence = InternalKey.SequenceOf(operations.Trailer);
            if (sequence <= last)
            {
                return $"The log holds write {sequence} after write {last}.";
            }

            last = sequence;
            _highestKeyspace = Math.Max(_highestKeyspace, operations.Keyspace);
            if (operations.Keyspace >= unused || operations.Keyspace == 0)
            {
                // A manifest that lacks edits may lack the one that created it: there is nobody else to ask for its name.
                if (!manifest.MayLackEdits || operations.Keyspace == 0)
                {
                    return $"The log names keyspace {operations.Keyspace}, which the manifest has never heard of.";
                }

                _unplaced++;
            }
        }

        return operations.IsMalformed ? "A log record holds no well-formed batch." : null;
    }
}
