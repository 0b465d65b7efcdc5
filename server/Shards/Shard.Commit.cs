using System.Buffers.Binary;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Shards;

internal sealed partial class Shard
{
    // With the largest object and what it replaces still below what the engine takes in one batch.
    private const int MaxBatchBytes = 32 << 20;

    // Guarded by the commit lock; null while nobody holds it.
    private CommitBuffers? _work;
    private long _countInBatch;

    private CommitBuffers Work => _work!;

    /// <summary>
    /// Writes the objects of a window and sets the outcome of each. Visible and durable when the task completes; objects of one
    /// window may become visible in several atomic steps, an object and its index entries always in one.
    /// </summary>
    /// <param name="window">Encoded objects.</param>
    /// <param name="owner">The class. Its definition is read under the lock: stored objects may be newer than the encoded ones.</param>
    /// <param name="cancellationToken">Stops the wait for the shard; a write that began is finished.</param>
    /// <exception cref="RequestException">The class was deleted meanwhile, or the shard is read-only.</exception>
    /// <exception cref="DatabaseException">The database refuses writes.</exception>
    public async Task CommitAsync(WriteWindow window, StoredClass owner, CancellationToken cancellationToken)
    {
        var durable = new List<Task>(1);
        await _commitLock.WaitAsync(cancellationToken);
        try
        {
            RequireWritable(owner);
            _work = _buffers.Rent();
            Apply(window, owner.Definition, durable);
        }
        finally
        {
            if (_work is not null)
            {
                foreach (string unwritten in _work.NewVectorLengths.Keys)
                {
                    _classLengths.Release(unwritten);
                }

                _buffers.Return(_work);
                _work = null;
            }

            _commitLock.Release();
        }

        foreach (Task written in durable)
        {
            await written;
        }
    }

    /// <summary>Requires: commit lock held.</summary>
    private void RequireWritable(StoredClass owner)
    {
        if (_closed)
        {
            throw RequestException.Unprocessable(
                owner.Definition.IsMultiTenant
                    ? $"tenant '{Name}' of class '{_className}' was deleted meanwhile"
                    : $"class '{_className}' was deleted meanwhile");
        }

        if (_isReadOnly)
        {
            throw RequestException.Unprocessable(
                $"class '{_className}': the store of shard '{Name}' is read-only; set its status to READY to write again");
        }
    }

    /// <summary>Requires: commit lock held.</summary>
    private void Apply(WriteWindow window, ClassDefinition definition, List<Task> durable)
    {
        _countInBatch = _objectCount;
        Span<ObjectWrite> writes = window.Writes;
        for (int i = 0; i < writes.Length; i++)
        {
            if (writes[i].Outcome != WriteOutcome.Pending)
            {
                continue;
            }

            if (!Work.IdsInBatch.Add(writes[i].Id))
            {
                // The first of two writes to one object has to be readable before the second is compared with it.
                Start(durable);
                Work.IdsInBatch.Add(writes[i].Id);
            }

            writes[i].Outcome = Apply(window, ref writes[i], definition);
            if (Work.ByteCount > MaxBatchBytes)
            {
                // The objects that these replace or delete may be far larger than the window is.
                Start(durable);
            }
        }

        Start(durable);
    }

    private WriteOutcome Apply(WriteWindow window, ref ObjectWrite write, ClassDefinition definition)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(write.Id, key);
        Work.Previous.Truncate(0);
        bool exists = _database.TryGet(Objects, key, Work.Previous);
        WriteOutcome refusal = Refusal(write, exists);
        if (refusal != WriteOutcome.Pending || (write.Mode != WriteMode.Delete && !AcceptVectors(window, ref write)))
        {
            return refusal != WriteOutcome.Pending ? refusal : WriteOutcome.Invalid;
        }

        long created = 0;
        Work.PreviousEntries.Truncate(0);
        if (exists)
        {
            ObjectRecord previous = ObjectRecord.Read(Work.Previous.Written);
            created = previous.Created;
            CollectEntries(previous, write.Id, definition, Work.PreviousEntries);
        }

        if (write.Mode == WriteMode.Delete)
        {
            Work.Batch.Delete(Objects, key);
            Work.PreviousEntries.AddInteger(IndexKey.CreationTime, created, write.Id);
            WriteEntryChanges(window.Entries, 0, 0);
            _countInBatch--;
            return WriteOutcome.Written;
        }

        Span<byte> record = window.Record(write);
        if (exists)
        {
            BinaryPrimitives.WriteInt64LittleEndian(record[ObjectRecord.CreatedOffset..], created);
        }

        Work.Batch.Put(Objects, key, record);
        WriteEntryChanges(window.Entries, write.FirstEntry, write.EntryCount);
        if (!exists)
        {
            PutCreationTime(ObjectRecord.Read(record).Created, write.Id);
            _countInBatch++;
        }

        return WriteOutcome.Written;
    }

    private WriteOutcome Refusal(in ObjectWrite write, bool exists) => write.Mode switch
    {
        WriteMode.Insert when exists => WriteOutcome.AlreadyExists,
        WriteMode.Replace or WriteMode.Update or WriteMode.Delete when !exists => WriteOutcome.NotFound,
        WriteMode.Update when !Work.Previous.Written.SequenceEqual(write.Expected.Span) => WriteOutcome.Changed,
        _ => WriteOutcome.Pending,
    };

    /// <summary>Derives the index entries of a stored record, in key order; the creation time is left to the caller.</summary>
    private void CollectEntries(in ObjectRecord record, Guid id, ClassDefinition definition, IndexEntryBuffer entries)
    {
        EncodeResult result = Work.PreviousEncoder.Encode(definition, id, record.Properties, null, entries, out string? problem);
        if (result != EncodeResult.Encoded)
        {
            throw new InvalidDataException($"The stored object {id} of class '{_className}' does not fit its class: {problem}");
        }

        if (definition.IndexesTimestamps)
        {
            entries.AddInteger(IndexKey.UpdateTime, record.Updated, id);
        }

        entries.SortAndDeduplicate(0);
    }

    /// <summary>Puts the new entries that are not among the old ones, and deletes the old ones that are not among the new.</summary>
    private void WriteEntryChanges(IndexEntryBuffer entries, int first, int count)
    {
        int next = first;
        int end = first + count;
        int old = 0;
        while (next < end || old < Work.PreviousEntries.Count)
        {
            int order = next == end ? 1 : old == Work.PreviousEntries.Count ? -1 : entries[next].SequenceCompareTo(Work.PreviousEntries[old]);
            if (order < 0)
            {
                Work.Changes.Put(entries[next]);
            }
            else if (order > 0)
            {
                Work.Changes.Delete(Work.PreviousEntries[old]);
            }

            next += order <= 0 ? 1 : 0;
            old += order >= 0 ? 1 : 0;
        }
    }

    private void PutCreationTime(long created, Guid id)
    {
        Span<byte> key = stackalloc byte[IndexKey.NumberKeyLength];
        key[0] = 0;
        key[1] = (byte)IndexKey.CreationTime;
        IndexKey.WriteInteger(created, key[IndexKey.PropertyLength..]);
        IndexKey.WriteId(id, key[^IndexKey.IdLength..]);
        Work.Changes.Put(key);
    }

    /// <summary>Checks the lengths of an object's vectors; the first vector of a name fixes the length for all.</summary>
    private bool AcceptVectors(WriteWindow window, ref ObjectWrite write)
    {
        ObjectRecord record = ObjectRecord.Read(window.Record(write));
        List<(string Name, int Length)>? first = null;
        if (!FitsVectors(string.Empty, record.Vector, ref write, ref first))
        {
            return false;
        }

        foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
        {
            if (!FitsVectors(vector.Name, vector.Vector, ref write, ref first))
            {
                return false;
            }
        }

        // Only now: a vector of an object that is refused must not fix a length.
        return first is null || FixLengths(first, ref write);
    }

    private bool FitsVectors(string name, ReadOnlySpan<byte> vector, ref ObjectWrite write, ref List<(string Name, int Length)>? first)
    {
        int length = vector.Length / sizeof(float);
        if (length == 0)
        {
            return true;
        }

        if (!_vectorLengths.TryGetValue(name, out int expected) && !Work.NewVectorLengths.TryGetValue(name, out expected))
        {
            (first ??= []).Add((name, length));
            return true;
        }

        return length == expected || Contradicts(name, length, expected, ref write);
    }

    private bool FixLengths(List<(string Name, int Length)> lengths, ref ObjectWrite write)
    {
        if (_classLengths.TryHold(lengths) is { } other)
        {
            return Contradicts(other.Name, other.Length, other.Known, ref write);
        }

        foreach ((string name, int length) in lengths)
        {
            Work.NewVectorLengths.Add(name, length);
            ShardMetadata.WriteVectorLength(Work.Batch, Index, name, length);
        }

        return true;
    }

    private bool Contradicts(string name, int length, int expected, ref ObjectWrite write)
    {
        write.Problem = VectorLengths.Contradiction(_className, write.Id, name, length, expected);
        return false;
    }

    /// <summary>
    /// Hands the batch to the engine. When the call returns the batch is visible and has its place in the log; the task completes
    /// when it is durable. Requires: commit lock held.
    /// </summary>
    private void Start(List<Task> durable)
    {
        Work.Changes.MoveTo(Work.Batch, Index);
        if (Work.Batch.Count == 0)
        {
            return;
        }

        if (_countInBatch != _objectCount)
        {
            ShardMetadata.WriteObjectCount(Work.Batch, Index, _countInBatch);
        }

        durable.Add(_database.WriteAsync(Work.Batch).AsTask());
        Volatile.Write(ref _objectCount, _countInBatch);
        foreach ((string name, int length) in Work.NewVectorLengths)
        {
            _vectorLengths.Add(name, length);
        }

        Work.Clear();
    }
}
