using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>A database and a sorted dictionary per keyspace that must always agree.</summary>
internal sealed class ModelledDatabase : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<(ReadSnapshot Snapshot, SortedDictionary<byte[], byte[]>[] State)> _snapshots = [];
    private readonly List<(Guid Lease, SortedDictionary<byte[], byte[]>[] State)> _leases = [];
    private readonly DatabaseOptions _options;
    private readonly SortedDictionary<byte[], byte[]>[] _model =
        [.. Enumerable.Range(0, OperationGenerator.Keyspaces).Select(_ => new SortedDictionary<byte[], byte[]>(KeyOrder.Instance))];

    private Database _database;
    private Keyspace[] _keyspaces = [];
    private int _values;

    public ModelledDatabase(DatabaseOptions options)
    {
        _options = options;
        _database = Database.Open(_directory.Path, options);
        FindKeyspaces();
    }

    public void Apply(Operation operation)
    {
        switch (operation)
        {
            case Operation.Put put:
                byte[] value = NextValue(put.ValueLength);
                _database.Put(_keyspaces[put.Keyspace], put.Key, value);
                _model[put.Keyspace][put.Key] = value;
                break;
            case Operation.Delete delete:
                _database.Delete(_keyspaces[delete.Keyspace], delete.Key);
                _model[delete.Keyspace].Remove(delete.Key);
                break;
            case Operation.Batch batch:
                Apply(batch);
                break;
            case Operation.Flush:
                _database.FlushAsync().GetAwaiter().GetResult();
                break;
            case Operation.Compact compact:
                _database.CompactAsync(_keyspaces[compact.Keyspace]).GetAwaiter().GetResult();
                break;
            case Operation.Reopen:
                Reopen();
                break;
            case Operation.DropKeyspace drop:
                Drop(drop.Keyspace);
                break;
            case Operation.TakeSnapshot:
                _snapshots.Add((_database.CreateReadSnapshot(), Copy(_model)));
                break;
            case Operation.ReadSnapshot read when read.Index < _snapshots.Count:
                VerifyAll(_snapshots[read.Index].State, _snapshots[read.Index].Snapshot);
                break;
            case Operation.CloseSnapshot close when close.Index < _snapshots.Count:
                _snapshots[close.Index].Snapshot.Dispose();
                _snapshots.RemoveAt(close.Index);
                break;
            case Operation.Scan scan:
                VerifySeek(scan);
                break;
            case Operation.ScanPrefix scan:
                VerifyScan(
                    _keyspaces[scan.Keyspace],
                    _model[scan.Keyspace],
                    null,
                    ScanRange.Prefix(scan.Prefix),
                    _model[scan.Keyspace].Keys.Where(key => key.AsSpan().StartsWith(scan.Prefix)));
                break;
            case Operation.TakeLease:
                TakeLease();
                break;
            case Operation.RestoreLease restore when restore.Index < _leases.Count:
                RestoreLease(_leases[restore.Index]);
                _leases.RemoveAt(restore.Index);
                break;
            case Operation.Verify:
                VerifyAll(_model, null);
                break;
        }
    }

    public void VerifyAll() => VerifyAll(_model, null);

    public void Dispose()
    {
        CloseSnapshots();
        _database.Dispose();
        _directory.Dispose();
    }

    private void Apply(Operation.Batch batch)
    {
        WriteBatch writes = new();
        foreach (Operation write in batch.Writes)
        {
            if (write is Operation.Put put)
            {
                byte[] value = NextValue(put.ValueLength);
                writes.Put(_keyspaces[put.Keyspace], put.Key, value);
                _model[put.Keyspace][put.Key] = value;
            }
            else if (write is Operation.Delete delete)
            {
                writes.Delete(_keyspaces[delete.Keyspace], delete.Key);
                _model[delete.Keyspace].Remove(delete.Key);
            }
        }

        _database.Write(writes);
    }

    private void Reopen()
    {
        CloseSnapshots();
        _database.Dispose();
        _database = Database.Open(_directory.Path, _options);
        FindKeyspaces();
        VerifyAll();
    }

    private void Drop(int keyspace)
    {
        CloseSnapshots();
        _database.DropKeyspace(_keyspaces[keyspace]);
        _model[keyspace] = new SortedDictionary<byte[], byte[]>(KeyOrder.Instance);
        FindKeyspaces();
    }

    private void FindKeyspaces() =>
        _keyspaces = [.. Enumerable.Range(0, OperationGenerator.Keyspaces).Select(index => _database.GetOrCreateKeyspace($"keyspace-{index}"))];

    private void CloseSnapshots()
    {
        foreach ((ReadSnapshot snapshot, _) in _snapshots)
        {
            snapshot.Dispose();
        }

        _snapshots.Clear();
    }

    private byte[] NextValue(int length)
    {
        byte[] value = new byte[length];
        new Random(_values++).NextBytes(value);
        return value;
    }

    private void VerifyAll(SortedDictionary<byte[], byte[]>[] model, ReadSnapshot? snapshot)
    {
        for (int i = 0; i < model.Length; i++)
        {
            VerifyScan(_keyspaces[i], model[i], snapshot, ScanRange.All, model[i].Keys);
            VerifyScan(_keyspaces[i], model[i], snapshot, new ScanRange { Reverse = true }, model[i].Keys.Reverse());
            VerifyBounds(_keyspaces[i], model[i], snapshot);
            foreach ((byte[] key, byte[] value) in model[i])
            {
                Assert.Equal(value, _database.Get(_keyspaces[i], key, snapshot));
            }

            byte[] absent = [9, 9, 9, 9];
            Assert.Null(_database.Get(_keyspaces[i], absent, snapshot));
        }
    }

    private void VerifyBounds(Keyspace keyspace, SortedDictionary<byte[], byte[]> model, ReadSnapshot? snapshot)
    {
        byte[] prefix = [(byte)'a'];
        VerifyScan(keyspace, model, snapshot, ScanRange.Prefix(prefix), model.Keys.Where(key => key.AsSpan().StartsWith(prefix)));
        byte[] lower = [1];
        byte[] upper = [(byte)'a', 1];
        IEnumerable<byte[]> between = model.Keys.Where(
            key => KeyOrder.Instance.Compare(key, lower) >= 0 && KeyOrder.Instance.Compare(key, upper) < 0);
        VerifyScan(keyspace, model, snapshot, ScanRange.Between(lower, upper), between);
        VerifyScan(keyspace, model, snapshot, ScanRange.Between(lower, upper) with { Reverse = true }, between.Reverse());
    }

    private void VerifySeek(Operation.Scan scan)
    {
        SortedDictionary<byte[], byte[]> model = _model[scan.Keyspace];
        ScanRange range = new() { LowerBound = Bound(scan.Lower), UpperBound = Bound(scan.Upper), Reverse = scan.Reverse };
        byte[][] inside = [.. model.Keys.Where(key =>
            (scan.Lower is null || KeyOrder.Instance.Compare(key, scan.Lower) >= 0)
            && (scan.Upper is null || KeyOrder.Instance.Compare(key, scan.Upper) < 0))];
        byte[][] expected = scan.Reverse ? [.. inside.Reverse()] : inside;
        VerifyScan(_keyspaces[scan.Keyspace], model, null, range, expected);
        if (scan.Seek is { } target)
        {
            using DatabaseIterator entries = _database.Scan(_keyspaces[scan.Keyspace], range);
            entries.MoveNext();
            entries.MoveNext();
            entries.Seek(target);
            VerifyRest(entries, model, expected.Where(key => KeyOrder.Instance.Compare(key, target) is int order && (scan.Reverse ? order <= 0 : order >= 0)));
        }
    }

    /// <summary>A null array converts to an empty key, and so does null where both an array and null are possible.</summary>
    private static ReadOnlyMemory<byte>? Bound(byte[]? key) => key is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(key);

    private void TakeLease()
    {
        SnapshotHandle handle = _database.CreateSnapshotAsync(new SnapshotOptions { Owner = "model" }).GetAwaiter().GetResult();
        handle.Detach();
        _leases.Add((handle.Id, Copy(_model)));
    }

    /// <summary>Whatever came between, drops and reopens too: the lease still holds what was there when it was taken.</summary>
    private void RestoreLease((Guid Lease, SortedDictionary<byte[], byte[]>[] State) lease)
    {
        SnapshotHandle handle = _database.ReopenSnapshotAsync(lease.Lease).GetAwaiter().GetResult();
        using TemporaryDirectory directory = new();
        using Database copy = Database.Open(directory.Path, _options);
        SnapshotCopy.RestoreAsync(handle, copy).GetAwaiter().GetResult();
        handle.DisposeAsync().AsTask().GetAwaiter().GetResult();
        for (int i = 0; i < lease.State.Length; i++)
        {
            using DatabaseIterator entries = copy.Scan(copy.FindKeyspace($"keyspace-{i}")!);
            VerifyRest(entries, lease.State[i], lease.State[i].Keys);
        }
    }

    private void VerifyScan(
        Keyspace keyspace, SortedDictionary<byte[], byte[]> model, ReadSnapshot? snapshot, ScanRange range, IEnumerable<byte[]> expected)
    {
        using DatabaseIterator entries = _database.Scan(keyspace, range, snapshot);
        VerifyRest(entries, model, expected);
    }

    private static void VerifyRest(DatabaseIterator entries, SortedDictionary<byte[], byte[]> model, IEnumerable<byte[]> expected)
    {
        foreach (byte[] key in expected)
        {
            Assert.True(entries.MoveNext(), $"The scan ended before key {Convert.ToHexString(key)}.");
            Assert.Equal(Convert.ToHexString(key), Convert.ToHexString(entries.Key));
            Assert.True(entries.Value.SequenceEqual(model[key]), $"Key {Convert.ToHexString(key)} has another value.");
        }

        Assert.False(entries.MoveNext());
    }

    private static SortedDictionary<byte[], byte[]>[] Copy(SortedDictionary<byte[], byte[]>[] model) =>
        [.. model.Select(keyspace => new SortedDictionary<byte[], byte[]>(keyspace, KeyOrder.Instance))];
}
