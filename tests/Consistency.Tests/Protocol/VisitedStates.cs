namespace Basalt.Consistency.Tests.Protocol;

/// <summary>States in the order in which they were found, each with its predecessor. A hash table of indexes finds them again.</summary>
internal sealed class VisitedStates<TState>
    where TState : unmanaged, IEquatable<TState>
{
    // States are kept in chunks, so that growing copies only the table.
    private const int ChunkBits = 16;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private readonly List<TState[]> _states = [];
    private readonly List<int[]> _parents = [];

    // Index + 1 of a state; 0 is free.
    private int[] _table = new int[1 << 12];

    public int Count { get; private set; }

    public ref readonly TState this[int index] => ref _states[index >> ChunkBits][index & ChunkMask];

    public int Parent(int index) => _parents[index >> ChunkBits][index & ChunkMask];

    /// <summary>Adds the state unless it is there.</summary>
    public bool Add(in TState state, int parent)
    {
        if (Count >= _table.Length / 2)
        {
            Grow();
        }

        int slot = Slot(state);
        if (_table[slot] != 0)
        {
            return false;
        }

        if ((Count & ChunkMask) == 0)
        {
            _states.Add(new TState[1 << ChunkBits]);
            _parents.Add(new int[1 << ChunkBits]);
        }

        _states[^1][Count & ChunkMask] = state;
        _parents[^1][Count & ChunkMask] = parent;
        _table[slot] = ++Count;
        return true;
    }

    private void Grow()
    {
        _table = new int[_table.Length * 2];
        for (int index = 0; index < Count; index++)
        {
            _table[Slot(this[index])] = index + 1;
        }
    }

    private int Slot(in TState state)
    {
        int slot = state.GetHashCode() & (_table.Length - 1);
        while (_table[slot] != 0 && !this[_table[slot] - 1].Equals(state))
        {
            slot = (slot + 1) & (_table.Length - 1);
        }

        return slot;
    }
}
