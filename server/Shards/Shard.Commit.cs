using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Shards;

internal sealed partial class Shard
{
    private const int MaxPooledBatchLength = 4 << 20;

    private readonly ConcurrentBag<WriteBatch> _batches = [];

    // Guarded by the commit lock.
    private readonly PooledBuffer _previous = new();
    private readonly IndexEntryBuffer _previousEntries = new();
    private readonly PropertiesEncoder _previousEncoder = new();
    private readonly HashSet<Guid> _idsInBatch = [];
    private readonly Dictionary<string, int> _newVectorLengths = new(StringComparer.Ordinal);
    private WriteBatch _batch = new();
    private long _countInBatch;

    /// <summary>
    /// Writes the objects of a window and sets the outcome of each. Visible and durable when the task completes; objects of one
    /// window may become visible in several atomic steps, an object and its index entries always in one.
    /// </summary>
    /// <param name="window">Encoded objects.</param>
    /// <param name="owner">The class. Its definition is read under the lock: stored objects may be newer than the encoded ones.</param>
    /// <param name="cancellationToken">Stops the wait for the shard; a write that began is finished.</param>
    /// <exception cref="RequestException">The class was deleted meanwhile.</exception>
    /// <exception cref="DatabaseException">The database refuses writes.</exception>
    public async Task CommitAsync(WriteWindow window, StoredClass owner, CancellationToken cancellationToken)
    {
        var started = new List<(WriteBatch Batch, Task Durable)>(1);
        await _commitLock.WaitAsync(cancellationToken);
        try
        {
            if (_closed)
            {
                throw RequestException.Unprocessable($"class '{_className}' was deleted meanwhile");
            }

            Apply(window, owner.Definition, started);
        }
        finally
        {
            AbandonBatch();
            _commitLock.Release();
        }

        foreach ((WriteBatch batch, Task durable) in started)
        {
            await durable;
            Recycle(batch);
        }
    }

    /// <summary>Requires: commit lock held.</summary>
    private void Apply(WriteWindow window, ClassDefinition definition, List<(WriteBatch Batch, Task Durable)> started)
    {
        _countInBatch = _objectCount;
        Span<ObjectWrite> writes = window.Writes;
        for (int i = 0; i < writes.Length; i++)
        {
            if (writes[i].Outcome != WriteOutcome.Pending)
            {
                continue;
            }

            if (!_idsInBatch.Add(writes[i].Id))
            {
                // The first of two writes to one object has to be readable before the second is compared with it.
                Start(started);
                _idsInBatch.Add(writes[i].Id);
            }

            writes[i].Outcome = Apply(window, ref writes[i], definition);
        }

        Start(started);
    }

    private WriteOutcome Apply(WriteWindow window, ref ObjectWrite write, ClassDefinition definition)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(write.Id, key);
        _previous.Truncate(0);
        bool exists = _database.TryGet(Objects, key, _previous);
        WriteOutcome refusal = Refusal(write, exists);
        if (refusal != WriteOutcome.Pending || (write.Mode != WriteMode.Delete && !AcceptVectors(window, ref write)))
        {
            return refusal != WriteOutcome.Pending ? refusal : WriteOutcome.Invalid;
        }

        long created = 0;
        _previousEntries.Truncate(0);
        if (exists)
        {
            ObjectRecord previous = ObjectRecord.Read(_previous.Written);
            created = previous.Created;
            CollectEntries(previous, write.Id, definition, _previousEntries);
        }

        if (write.Mode == WriteMode.Delete)
        {
            _batch.Delete(Objects, key);
            _previousEntries.AddInteger(IndexKey.CreationTime, created, write.Id);
            WriteEntryChanges(window.Entries, 0, 0);
            _countInBatch--;
            return WriteOutcome.Written;
        }

        Span<byte> record = window.Record(write);
        if (exists)
        {
            BinaryPrimitives.WriteInt64LittleEndian(record[ObjectRecord.CreatedOffset..], created);
        }

        _batch.Put(Objects, key, record);
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
        WriteMode.Update when !_previous.Written.SequenceEqual(write.Expected.Span) => WriteOutcome.Changed,
        _ => WriteOutcome.Pending,
    };

    /// <summary>Derives the index entries of a stored record, in key order; the creation time is left to the caller.</summary>
    private void CollectEntries(in ObjectRecord record, Guid id, ClassDefinition definition, IndexEntryBuffer entries)
    {
        EncodeResult result = _previousEncoder.Encode(definition, id, record.Properties, null, entries, out string? problem);
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
        while (next < end || old < _previousEntries.Count)
        {
            int order = next == end ? 1 : old == _previousEntries.Count ? -1 : entries[next].SequenceCompareTo(_previousEntries[old]);
            if (order < 0)
            {
                _batch.Put(Index, entries[next], []);
            }
            else if (order > 0)
            {
                _batch.Delete(Index, _previousEntries[old]);
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
        _batch.Put(Index, key, []);
    }

    /// <summary>Checks the lengths of an object's vectors; the first vector of a name fixes the length for all.</summary>
    private bool AcceptVectors(WriteWindow window, ref ObjectWrite write)
    {
        ObjectRecord record = ObjectRecord.Read(window.Record(write));
        if (!AcceptVector(string.Empty, record.Vector.Length / sizeof(float), ref write))
        {
            return false;
        }

        foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
        {
            if (!AcceptVector(vector.Name, vector.Vector.Length / sizeof(float), ref write))
            {
                return false;
            }
        }

        return true;
    }

    private bool AcceptVector(string name, int length, ref ObjectWrite write)
    {
        if (length == 0)
        {
            return true;
        }

        if (_vectorLengths.TryGetValue(name, out int expected) || _newVectorLengths.TryGetValue(name, out expected))
        {
            if (length == expected)
            {
                return true;
            }

            string vector = name.Length == 0 ? "the vector" : $"vector '{name}'";
            write.Problem = $"class '{_className}': {vector} of object {write.Id} has length {length}; existing objects have vectors with length {expected}";
            return false;
        }

        _newVectorLengths.Add(name, length);
        ShardMetadata.WriteVectorLength(_batch, Index, name, length);
        return true;
    }

    /// <summary>
    /// Hands the batch to the engine. When the call returns the batch is visible and has its place in the log; the task completes
    /// when it is durable. Requires: commit lock held.
    /// </summary>
    private void Start(List<(WriteBatch Batch, Task Durable)> started)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        if (_countInBatch != _objectCount)
        {
            ShardMetadata.WriteObjectCount(_batch, Index, _countInBatch);
        }

        started.Add((_batch, _database.WriteAsync(_batch).AsTask()));
        Volatile.Write(ref _objectCount, _countInBatch);
        foreach ((string name, int length) in _newVectorLengths)
        {
            _vectorLengths.Add(name, length);
        }

        _newVectorLengths.Clear();
        _idsInBatch.Clear();
        _batch = _batches.TryTake(out WriteBatch? pooled) ? pooled : new WriteBatch();
        Debug.Assert(_batch.Count == 0, "A pooled batch is empty.");
    }

    /// <summary>Leaves nothing of a commit that failed half-way. Requires: commit lock held.</summary>
    private void AbandonBatch()
    {
        _batch.Clear();
        _idsInBatch.Clear();
        _newVectorLengths.Clear();
        _countInBatch = _objectCount;
    }

    private void Recycle(WriteBatch batch)
    {
        bool small = batch.Length <= MaxPooledBatchLength;
        batch.Clear();
        if (small && _batches.Count < Environment.ProcessorCount)
        {
            _batches.Add(batch);
        }
    }
}
