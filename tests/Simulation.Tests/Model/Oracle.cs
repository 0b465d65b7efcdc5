using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Simulation.Tests.World;

namespace Basalt.Simulation.Tests.Model;

/// <summary>
/// Stands outside of the faulty world and knows what was acknowledged. Each batch leaves a receipt in a keyspace of its own, so that after a
/// crash it can be seen which batches are there, and whether that is allowed.
/// </summary>
internal sealed class Oracle
{
    public const string Receipts = "receipts";

    private readonly List<ModelEvent> _events = [];
    private readonly List<(ulong Sequence, ModelState State)> _history = [];
    private ModelState _base = ModelState.Empty;
    private int _lastBatch;
    private int _lastIncarnation;

    /// <summary>What the database should hold now.</summary>
    public ModelState Current { get; private set; } = ModelState.Empty;

    public static string ReceiptOf(int batch) => $"{batch:D6}";

    public int NewIncarnation() => ++_lastIncarnation;

    public ModelEvent.Batch BeginBatch(Durability durability, IEnumerable<ModelWrite> writes)
    {
        int id = ++_lastBatch;
        var batch = new ModelEvent.Batch(id, durability, [new ModelWrite(Receipts, ReceiptOf(id), new ModelValue(id, 4)), .. writes]);
        _events.Add(batch);
        return batch;
    }

    public T Begin<T>(T change)
        where T : ModelEvent
    {
        _events.Add(change);
        return change;
    }

    /// <summary>The database refused it before it did anything.</summary>
    public void Withdraw(ModelEvent change) => _events.Remove(change);

    public void Acknowledge(ModelEvent change, ulong sequence)
    {
        // What began before and waited took its place in the log after it.
        _events.Remove(change);
        _events.Add(change);
        change.IsAcknowledged = true;
        change.Sequence = sequence;
        Current = Apply(Current, change);
        Note(sequence);
    }

    /// <summary>Everything so far; for <see cref="Checkpoint"/>.</summary>
    public (ModelState State, HashSet<ModelEvent> Events) Mark() => (Current, [.. _events.Where(change => change.IsAcknowledged)]);

    /// <summary>Everything up to a mark is on the disk.</summary>
    public void Checkpoint((ModelState State, HashSet<ModelEvent> Events) mark)
    {
        _base = mark.State;
        _events.RemoveAll(mark.Events.Contains);
    }

    /// <summary>What a snapshot at a sequence number may hold: more than one only where a change took no number.</summary>
    public ImmutableArray<ModelState> At(ulong sequence)
    {
        ulong newest = _history.Where(entry => entry.Sequence <= sequence).Select(entry => entry.Sequence).DefaultIfEmpty().Max();
        return [.. _history.Where(entry => entry.Sequence == newest).Select(entry => entry.State).Distinct()];
    }

    /// <summary>
    /// Decides what the database has to hold after it was opened again, and whether what is there may be there: acknowledged batches that
    /// survive this kind of end, a prefix of what was logged, and of what was not logged only what a flush saved.
    /// </summary>
    /// <exception cref="SimulationFailure">A batch is missing, or is there although it must not be.</exception>
    public void Recover(bool isPowerLost, bool isClean, Func<int, bool> isPresent, Func<string, bool> exists, ulong sequence)
    {
        List<ModelEvent> changes = [.. _events.OrderBy(change => !change.IsAcknowledged)];
        List<ModelEvent.Batch> batches = [.. changes.OfType<ModelEvent.Batch>()];
        CheckPrefix(batches, isPowerLost, isClean, isPresent);

        // What was lost from here on was in no cut: a cut flushes everything.
        ulong firstLost = batches.Where(batch => batch.IsAcknowledged && !isPresent(batch.Id)).Select(batch => batch.Sequence).DefaultIfEmpty(ulong.MaxValue).Min();
        ModelState state = _base;
        foreach (ModelEvent change in changes)
        {
            bool happened = change switch
            {
                ModelEvent.Batch batch => isPresent(batch.Id),
                _ when change.IsAcknowledged => true,
                ModelEvent.Creation creation => All(creation.Keyspaces.Keys, exists, "created"),
                ModelEvent.Drop drop => !All(drop.Names, exists, "kept"),
                _ => false,
            };
            if (happened)
            {
                change.IsAcknowledged = true;
                state = Apply(state, change);
            }
        }

        _events.Clear();
        _base = Current = state;
        _history.RemoveAll(entry => entry.Sequence > sequence || entry.Sequence >= firstLost);
        Note(sequence);
    }

    private void Note(ulong sequence) => _history.Add((sequence, Current));

    private static ModelState Apply(ModelState state, ModelEvent change) => change switch
    {
        ModelEvent.Batch batch => state.Apply(batch.Writes),
        ModelEvent.Creation creation => new ModelState(state.Keyspaces.SetItems(creation.Keyspaces)),
        ModelEvent.Drop drop => state.Without(drop.Names),
        _ => state,
    };

    private static bool All(IEnumerable<string> names, Func<string, bool> exists, string what)
    {
        bool[] found = [.. names.Select(exists).Distinct()];
        return found.Length < 2
            ? found.Length == 1 && found[0]
            : throw new SimulationFailure($"Of keyspaces {string.Join(", ", names)} only some were {what}: it is all or none.");
    }

    private static void CheckPrefix(List<ModelEvent.Batch> batches, bool isPowerLost, bool isClean, Func<int, bool> isPresent)
    {
        int lastLogged = batches.FindLastIndex(batch => batch.Durability != Durability.None && isPresent(batch.Id));
        bool isAnyMissing = false;
        for (int i = 0; i < batches.Count; i++)
        {
            ModelEvent.Batch batch = batches[i];
            bool present = isPresent(batch.Id);
            bool mustBeThere = batch.IsAcknowledged && (isClean || batch.Durability switch
            {
                Durability.Sync => true,
                Durability.Buffered => !isPowerLost,
                _ => false,
            });
            if (!present && mustBeThere)
            {
                throw new SimulationFailure($"Acknowledged {batch} is lost.");
            }

            if (!present && batch.Durability != Durability.None && i < lastLogged)
            {
                throw new SimulationFailure($"There is a hole: {batch} is lost, but {batches[lastLogged]} is there.");
            }

            if (present && batch.Durability == Durability.None && isAnyMissing)
            {
                throw new SimulationFailure($"There is a hole: {batch} was flushed, but an earlier one is lost.");
            }

            isAnyMissing |= !present;
        }
    }
}
