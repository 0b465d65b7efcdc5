namespace Basalt.Engine.Snapshots;

/// <summary>The sequence numbers of open read snapshots: compaction keeps what they can see.</summary>
internal sealed class OpenSnapshots
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, int> _counts = [];

    /// <summary>
    /// Opens a snapshot at the newest visible write. Reading the sequence under the lock orders it with <see cref="ToArray"/>: a job
    /// either sees the snapshot, or began when all that it drops was hidden from this snapshot already.
    /// </summary>
    public ulong Open(Func<ulong> visibleSequence)
    {
        lock (_lock)
        {
            ulong sequence = visibleSequence();
            _counts[sequence] = _counts.GetValueOrDefault(sequence) + 1;
            return sequence;
        }
    }

    public void Close(ulong sequence)
    {
        lock (_lock)
        {
            if (--_counts[sequence] == 0)
            {
                _counts.Remove(sequence);
            }
        }
    }

    /// <summary>Ascending.</summary>
    public ulong[] ToArray()
    {
        lock (_lock)
        {
            return [.. _counts.Keys];
        }
    }
}
