using System.Buffers.Binary;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Support;

/// <summary>
/// Writers that can be told again: the n-th batch of a writer follows from seed, writer and n, touches only keys of that writer in
/// several keyspaces, and leaves n in a counter. The counters of a state say which batches it has; replaying those gives all of it.
/// </summary>
internal sealed class NumberedWriters
{
    private const string Left = "Ledger/s1/entries";
    private const string Right = "Ledger/s2/entries";
    private const string Counters = "Counters";
    private const int KeysPerWriter = 200;

    private readonly Database _database;
    private readonly int _seed;
    private readonly long[] _acknowledged;
    private readonly Dictionary<string, Keyspace> _keyspaces;

    public NumberedWriters(Database database, int writers, int seed)
    {
        _database = database;
        _seed = seed;
        _acknowledged = new long[writers];
        _keyspaces = database.CreateKeyspaces([Left, Right, Counters]).ToDictionary(keyspace => keyspace.Name);
        FirstSequence = database.LastSequence + 1;
    }

    /// <summary>The sequence number of the first operation of all.</summary>
    public ulong FirstSequence { get; }

    /// <summary>Batches of each writer that were acknowledged so far.</summary>
    public long[] Acknowledged() => [.. Enumerable.Range(0, _acknowledged.Length).Select(writer => Volatile.Read(ref _acknowledged[writer]))];

    /// <summary>Writes until told to stop.</summary>
    public void Run(int writer, long batches, CancellationToken stop)
    {
        var batch = new WriteBatch();
        for (long number = 1; number <= batches && !stop.IsCancellationRequested; number++)
        {
            batch.Clear();
            foreach ((string keyspace, byte[] key, byte[]? value) in Operations(writer, number))
            {
                if (value is null)
                {
                    batch.Delete(_keyspaces[keyspace], key);
                }
                else
                {
                    batch.Put(_keyspaces[keyspace], key, value);
                }
            }

            _database.Write(batch);
            Volatile.Write(ref _acknowledged[writer], number);
        }
    }

    /// <summary>Which batches of each writer a state holds, as its counters say.</summary>
    public long[] CountersOf(Database state)
    {
        Keyspace counters = state.FindKeyspace(Counters)!;
        return
        [
            .. Enumerable.Range(0, _acknowledged.Length).Select(writer =>
                state.Get(counters, Contents.Key(writer)) is { } value ? BinaryPrimitives.ReadInt64BigEndian(value) : 0),
        ];
    }

    /// <summary>The state that the first so many batches of each writer make, and how many operations they are.</summary>
    public (SortedDictionary<string, string> State, ulong Operations) Replay(long[] counters)
    {
        var state = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string keyspace in _keyspaces.Keys)
        {
            state.Add(keyspace, "a keyspace");
        }

        ulong operations = 0;
        for (int writer = 0; writer < counters.Length; writer++)
        {
            for (long number = 1; number <= counters[writer]; number++)
            {
                foreach ((string keyspace, byte[] key, byte[]? value) in Operations(writer, number))
                {
                    operations++;
                    string entry = $"{keyspace} {Convert.ToHexStringLower(key)}";
                    if (value is null)
                    {
                        state.Remove(entry);
                    }
                    else
                    {
                        state[entry] = Convert.ToHexStringLower(value);
                    }
                }
            }
        }

        return (state, operations);
    }

    private IEnumerable<(string Keyspace, byte[] Key, byte[]? Value)> Operations(int writer, long number)
    {
        var random = new Random(unchecked((int)(_seed + (writer * 1_000_003) + (number * 7_919))));
        byte[] count = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(count, number);
        yield return (Counters, Contents.Key(writer), count);
        foreach (string keyspace in (string[])[Left, Right])
        {
            byte[] value = new byte[random.Next(120)];
            random.NextBytes(value);
            byte[] key = Contents.Key((writer * KeysPerWriter) + random.Next(KeysPerWriter));
            yield return (keyspace, key, random.Next(4) == 0 ? null : value);
        }
    }
}
