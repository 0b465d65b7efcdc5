using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Simulation.Tests.Model;
using Basalt.Simulation.Tests.Steps;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests;

/// <content>Steps on the database.</content>
internal sealed partial class Simulation
{
    private static readonly string[] Names = ["apples", "books/s1/index", "books/s1/objects", "books/s2/objects", "cars//schema", "dogs"];

    private readonly List<(ReadSnapshot Snapshot, ModelState State)> _snapshots = [];

    private void Do(StepKind kind, Random random)
    {
        if (!CanDo(kind))
        {
            _world.Trace.Add("  not now");
            return;
        }

        switch (kind)
        {
            case StepKind.Write:
                Write(random, random.Next(1, 6), 400);
                break;
            case StepKind.WriteMuch:
                WriteMuch(random);
                break;
            case StepKind.Read:
                Read(random);
                break;
            case StepKind.OpenSnapshot:
                _snapshots.Add((Database.CreateReadSnapshot(), _oracle.Current));
                break;
            case StepKind.ReadSnapshot when _snapshots.Count > 0:
                ReadSnapshot(_snapshots[random.Next(_snapshots.Count)]);
                break;
            case StepKind.CloseSnapshot when _snapshots.Count > 0:
                int closed = random.Next(_snapshots.Count);
                _snapshots[closed].Snapshot.Dispose();
                _snapshots.RemoveAt(closed);
                break;
            case StepKind.Flush:
                var mark = _oracle.Mark();
                Database.FlushAsync().GetAwaiter().GetResult();
                _oracle.Checkpoint(mark);
                break;
            case StepKind.Compact:
                Compact(random);
                break;
            case StepKind.CreateKeyspaces:
                CreateKeyspaces(random);
                break;
            case StepKind.DropKeyspaces:
                DropKeyspaces(random);
                break;
            case StepKind.PassTime:
                _hasTimeJumped = _world.IsNested;
                _world.Clock.Advance(TimeSpan.FromMinutes(random.Next(3) switch { 0 => 7, 1 => random.Next(600), _ => random.Next(30_000) }), _world.IsNested);
                break;
            case StepKind.Reopen:
                Reopen();
                break;
            default:
                DoWithBackups(kind, random);
                break;
        }
    }

    /// <summary>In the middle of another step only what would not wait for that step's end.</summary>
    private bool CanDo(StepKind kind) => !(_halt is not null && kind is StepKind.CreateBackup or StepKind.CancelBackup or StepKind.DeleteBackup or StepKind.RestoreRenamed or StepKind.CancelRestore)
        && (!_world.IsNested
        || (_world.IsOfStore
            ? kind is not StepKind.Reopen && !(kind is StepKind.CreateBackup or StepKind.RestoreRenamed && _outer == kind)
            : kind is StepKind.Write or StepKind.Read or StepKind.CreateKeyspaces or StepKind.OpenSnapshot or StepKind.CloseSnapshot or StepKind.ReadSnapshot));

    private void WriteMuch(Random random)
    {
        int batches = random.Next(5, 40);
        for (int i = 0; i < batches; i++)
        {
            Write(random, random.Next(1, 4), random.Next(20) == 0 ? 70_000 : 6000);
        }
    }

    private void Write(Random random, int count, int longest)
    {
        string[] keyspaces = [.. _oracle.Current.Keyspaces.Keys.Where(name => name != Oracle.Receipts)];
        Durability durability = random.Next(8) switch { 0 => Durability.None, < 4 => Durability.Buffered, _ => Durability.Sync };
        List<ModelWrite> writes = [];
        for (int i = 0; i < count && keyspaces.Length > 0; i++)
        {
            string keyspace = keyspaces[random.Next(keyspaces.Length)];
            ModelValue? value = random.Next(4) == 0 ? null : new ModelValue(random.Next(), random.Next(longest));
            writes.Add(new ModelWrite(keyspace, KeyOf(random), value));
        }

        Write(_oracle.BeginBatch(durability, writes), random.Next(4) == 0);
    }

    private void Write(ModelEvent.Batch change, bool isAsync)
    {
        WriteBatch batch = new();
        foreach (ModelWrite write in change.Writes)
        {
            Keyspace keyspace = Database.FindKeyspace(write.Keyspace) ?? throw new SimulationFailure($"Keyspace '{write.Keyspace}' is missing.");
            if (write.Value is { } value)
            {
                batch.Put(keyspace, ModelState.Bytes(write.Key), value.ToBytes());
            }
            else
            {
                batch.Delete(keyspace, ModelState.Bytes(write.Key));
            }
        }

        try
        {
            if (isAsync)
            {
                Database.WriteAsync(batch, change.Durability).AsTask().GetAwaiter().GetResult();
            }
            else
            {
                Database.Write(batch, change.Durability);
            }

            _oracle.Acknowledge(change, Database.LastSequence);
        }
        catch (WouldBlockException)
        {
            _oracle.Withdraw(change);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            _oracle.Withdraw(change);
            throw;
        }
    }

    private static string KeyOf(Random random) => random.Next(20) switch
    {
        0 => "",
        1 => new string((char)random.Next(256), random.Next(1, 400)),
        _ => $"key{random.Next(60):D3}",
    };

    private void Read(Random random)
    {
        string[] names = [.. _oracle.Current.Keyspaces.Keys];
        string name = names[random.Next(names.Length)];
        var entries = _oracle.Current.Keyspaces[name].Entries;
        Keyspace keyspace = Database.FindKeyspace(name)!;
        string low = KeyOf(random);
        string high = KeyOf(random);
        ScanRange range = new() { LowerBound = ModelState.Bytes(low), UpperBound = ModelState.Bytes(high), Reverse = random.Next(2) == 0 };
        IEnumerable<KeyValuePair<string, ModelValue>> inside =
            entries.Where(entry => string.CompareOrdinal(entry.Key, low) >= 0 && string.CompareOrdinal(entry.Key, high) < 0);
        if (Comparison.Difference(Database, keyspace, entries, range, range.Reverse ? inside.Reverse() : inside, null) is { } difference)
        {
            throw new SimulationFailure($"A scan of '{name}' from '{low}' to '{high}': {difference}");
        }

        string key = KeyOf(random);
        byte[]? found = Database.Get(keyspace, ModelState.Bytes(key));
        if (!(found ?? []).AsSpan().SequenceEqual(entries.TryGetValue(key, out ModelValue value) ? value.ToBytes() : [])
            || found is null == entries.ContainsKey(key))
        {
            throw new SimulationFailure($"A get of '{key}' in '{name}' is wrong.");
        }
    }

    private void ReadSnapshot((ReadSnapshot Snapshot, ModelState State) read)
    {
        // What came to be later is not shown; what was dropped cannot be read.
        ModelState expected = new(_oracle.Current.Keyspaces.ToImmutableSortedDictionary(
            now => now.Key,
            now => read.State.Keyspaces.TryGetValue(now.Key, out KeyspaceContents? then) && then.Incarnation == now.Value.Incarnation
                ? then
                : now.Value with { Entries = KeyspaceContents.None },
            StringComparer.Ordinal));
        Comparison.Require(Database, expected, "a read snapshot", read.Snapshot);
    }

    private void CloseSnapshots()
    {
        _snapshots.ForEach(entry => entry.Snapshot.Dispose());
        _snapshots.Clear();
    }

    private void Compact(Random random)
    {
        string[] names = [.. _oracle.Current.Keyspaces.Keys];
        Keyspace? keyspace = random.Next(3) == 0 ? null : Database.FindKeyspace(names[random.Next(names.Length)]);
        var mark = _oracle.Mark();
        using (_world.Do(Activity.Compact))
        {
            Database.CompactAsync(keyspace).GetAwaiter().GetResult();
        }

        _oracle.Checkpoint(mark);
    }

    private void CreateKeyspaces(Random random)
    {
        string[] missing = [.. Names.Except(_oracle.Current.Keyspaces.Keys).Where(_ => random.Next(2) == 0)];
        if (missing.Length > 0)
        {
            ModelEvent.Creation creation = _oracle.Begin(Creation(missing));
            Change(creation, () => Database.CreateKeyspaces(missing));
        }
    }

    private void DropKeyspaces(Random random)
    {
        string[] present = [.. _oracle.Current.Keyspaces.Keys.Where(name => name != Oracle.Receipts)];
        if (present.Length == 0)
        {
            return;
        }

        // The whole collection, or one part of it.
        string chosen = present[random.Next(present.Length)];
        string[] names = random.Next(3) == 0 ? [chosen] : [.. present.Where(name => name.Split('/')[0] == chosen.Split('/')[0])];
        ModelEvent.Drop drop = _oracle.Begin(new ModelEvent.Drop([.. names]));
        Change(drop, () => Database.DropKeyspaces([.. names.Select(name => Database.FindKeyspace(name)!)]));
    }

    /// <summary>What found no space has not happened.</summary>
    private void Change(ModelEvent change, Action perform)
    {
        try
        {
            perform();
            _oracle.Acknowledge(change, Database.LastSequence);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            _oracle.Withdraw(change);
            throw;
        }
    }

    /// <summary>An orderly end saves everything, unless something went wrong before or in it.</summary>
    private void Reopen()
    {
        CloseAll();
        bool isClean = _world.Crash is null && _world.Statistics.Faults == _faultsBefore;
        if (isClean)
        {
            _world.End();
            if (_world.Crash is null)
            {
                Recover([], isClean: true);
                return;
            }
        }

        _mustReopen = true;
    }
}
