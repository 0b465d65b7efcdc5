using System.Globalization;
using System.IO.Hashing;
using Basalt.Engine;
using Basalt.Simulation.Tests.Model;
using Basalt.Tests.Support;

namespace Basalt.Simulation.Tests.Metamorphic;

/// <summary>
/// Asks a database on the real file system the questions of a seed, and writes the answers down. They must not depend on any option: block
/// sizes, codecs, filters, caches, memtables, durability and with it the medium of the log, shapes of compaction.
/// </summary>
internal sealed class Interview : IDisposable
{
    private static readonly (Question Question, int Weight)[] Weights =
    [
        (Question.Put, 30), (Question.Delete, 8), (Question.Batch, 12), (Question.Get, 12), (Question.Scan, 8), (Question.Seek, 6),
        (Question.OpenSnapshot, 3), (Question.CloseSnapshot, 2), (Question.Flush, 3), (Question.Compact, 2), (Question.CreateKeyspace, 2),
        (Question.DropKeyspace, 1), (Question.CopySnapshot, 1), (Question.Reopen, 1),
    ];

    private readonly TemporaryDirectory _directory = new();
    private readonly DatabaseOptions _options;
    private readonly List<ReadSnapshot> _snapshots = [];
    private readonly List<string> _answers = [];
    private Database _database;

    private Interview(DatabaseOptions options)
    {
        _options = options;
        _database = Database.Open(_directory["database"], options);
        _database.CreateKeyspace("first");
    }

    /// <summary>The answers to the questions of a seed.</summary>
    public static IReadOnlyList<string> Hold(int seed, int questions, DatabaseOptions options)
    {
        using Interview interview = new(options);
        Random random = new(seed);
        for (int i = 0; i < questions; i++)
        {
            interview.Ask(Choose(random), new Random(random.Next()));
        }

        foreach (Keyspace keyspace in interview._database.Keyspaces)
        {
            interview.Answer($"in the end {keyspace.Name}", Digest(interview._database, keyspace, default, null));
        }

        return interview._answers;
    }

    public void Dispose()
    {
        _snapshots.ForEach(snapshot => snapshot.Dispose());
        _database.Dispose();
        _directory.Dispose();
    }

    private static Question Choose(Random random)
    {
        int ticket = random.Next(Weights.Sum(choice => choice.Weight));
        return Weights.First(choice => (ticket -= choice.Weight) < 0).Question;
    }

    private void Ask(Question question, Random random)
    {
        Keyspace keyspace = _database.Keyspaces[random.Next(_database.Keyspaces.Count)];
        ReadSnapshot? snapshot = _snapshots.Count > 0 && random.Next(3) == 0 ? _snapshots[random.Next(_snapshots.Count)] : null;
        switch (question)
        {
            case Question.Put:
                _database.Put(keyspace, Key(random), Value(random));
                break;
            case Question.Delete:
                _database.Delete(keyspace, Key(random));
                break;
            case Question.Batch:
                WriteBatch(random);
                break;
            case Question.Get:
                byte[] key = Key(random);
                Answer($"get {keyspace.Name} {Convert.ToHexString(key)}", Hash(_database.Get(keyspace, key, snapshot)));
                break;
            case Question.Scan:
                ScanRange range = Range(random);
                Answer($"scan {keyspace.Name}", Digest(_database, keyspace, range, snapshot));
                break;
            case Question.Seek:
                Seek(keyspace, random, snapshot);
                break;
            case Question.OpenSnapshot:
                _snapshots.Add(_database.CreateReadSnapshot());
                break;
            case Question.CloseSnapshot when _snapshots.Count > 0:
                int closed = random.Next(_snapshots.Count);
                _snapshots[closed].Dispose();
                _snapshots.RemoveAt(closed);
                break;
            case Question.Flush:
                _database.FlushAsync().GetAwaiter().GetResult();
                break;
            case Question.Compact:
                _database.CompactAsync(random.Next(2) == 0 ? keyspace : null).GetAwaiter().GetResult();
                break;
            case Question.CreateKeyspace:
                _database.GetOrCreateKeyspace($"keyspace{random.Next(4)}");
                break;
            case Question.DropKeyspace when keyspace.Name != "first":
                _database.DropKeyspace(keyspace);
                break;
            case Question.CopySnapshot:
                CopySnapshot();
                break;
            case Question.Reopen:
                Reopen();
                break;
        }
    }

    private void WriteBatch(Random random)
    {
        WriteBatch batch = new();
        int count = random.Next(1, 30);
        for (int i = 0; i < count; i++)
        {
            Keyspace keyspace = _database.Keyspaces[random.Next(_database.Keyspaces.Count)];
            if (random.Next(4) == 0)
            {
                batch.Delete(keyspace, Key(random));
            }
            else
            {
                batch.Put(keyspace, Key(random), Value(random));
            }
        }

        _database.Write(batch);
    }

    private void Seek(Keyspace keyspace, Random random, ReadSnapshot? snapshot)
    {
        using DatabaseIterator entries = _database.Scan(keyspace, Range(random), snapshot);
        for (int i = 0; i < 4; i++)
        {
            byte[] target = Key(random);
            entries.Seek(target);
            string found = entries.MoveNext() ? $"{Convert.ToHexString(entries.Key)}={Hash(entries.Value.ToArray())}" : "the end";
            string next = entries.MoveNext() ? Convert.ToHexString(entries.Key) : "the end";
            Answer($"seek {keyspace.Name} {Convert.ToHexString(target)}", $"{found}, {next}");
        }
    }

    /// <summary>Into a database of other options: segments that one wrote, another reads.</summary>
    private void CopySnapshot()
    {
        SnapshotHandle handle = _database.CreateSnapshotAsync(new SnapshotOptions { Owner = "interview" }).GetAwaiter().GetResult();
        using TemporaryDirectory directory = new();
        using (Database copy = Database.Open(directory["copy"]))
        {
            SnapshotCopy.RestoreAsync(handle, copy).GetAwaiter().GetResult();
            foreach (Keyspace keyspace in copy.Keyspaces)
            {
                Answer($"copy of {keyspace.Name}", Digest(copy, keyspace, default, null));
            }
        }

        handle.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Reopen()
    {
        _snapshots.ForEach(snapshot => snapshot.Dispose());
        _snapshots.Clear();
        _database.Dispose();
        _database = Database.Open(_directory["database"], _options);
    }

    private void Answer(string question, string answer) => _answers.Add($"{question}: {answer}");

    private static string Digest(Database database, Keyspace keyspace, ScanRange range, ReadSnapshot? snapshot)
    {
        XxHash64 hash = new();
        int count = 0;
        using DatabaseIterator entries = database.Scan(keyspace, range, snapshot);
        while (entries.MoveNext())
        {
            hash.Append(BitConverter.GetBytes(entries.Key.Length));
            hash.Append(entries.Key);
            hash.Append(BitConverter.GetBytes(entries.Value.Length));
            hash.Append(entries.Value);
            count++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{count} entries, {hash.GetCurrentHashAsUInt64():x16}");
    }

    private static string Hash(byte[]? value) => value is null ? "nothing" : $"{value.Length} bytes, {XxHash64.HashToUInt64(value):x16}";

    private static byte[] Key(Random random) => random.Next(12) switch
    {
        0 => [],
        1 => new byte[random.Next(1, 300)],
        2 => ModelState.Bytes(new string((char)random.Next(250, 256), random.Next(1, 5))),
        _ => ModelState.Bytes($"{"abc"[random.Next(3)]}{random.Next(80)}"),
    };

    private static byte[] Value(Random random) => new ModelValue(random.Next(), random.Next(10) == 0 ? random.Next(20_000) : random.Next(500)).ToBytes();

    private static ScanRange Range(Random random) => new()
    {
        LowerBound = random.Next(2) == 0 ? default(ReadOnlyMemory<byte>?) : Key(random),
        UpperBound = random.Next(2) == 0 ? default(ReadOnlyMemory<byte>?) : Key(random),
        Reverse = random.Next(2) == 0,
    };
}
