using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Basalt.Engine.Commit;

/// <summary>
/// Publishes commits in the order of their sequence numbers although they finish in any order: a reader never sees a later write
/// without every earlier one, nor half a batch.
/// </summary>
/// <remarks>
/// A ring of slots, one per commit in flight. <see cref="Enter"/> requires the commit lock; <see cref="Publish"/> runs on any thread
/// without a lock. Whoever finds the oldest slot finished moves the head on, for others too.
/// </remarks>
internal sealed class CommitQueue
{
    private const int Capacity = 1024;

    private readonly Slot[] _slots = new Slot[Capacity];
    private PaddedLong _head;
    private PaddedLong _visible;
    private long _tail;

    public CommitQueue(ulong visibleSequence)
    {
        _visible.Value = (long)visibleSequence;
    }

    /// <summary>Every write up to here is in its memtable.</summary>
    public ulong VisibleSequence => (ulong)Volatile.Read(ref _visible.Value);

    /// <summary>Takes the next place. Requires: commit lock held.</summary>
    /// <returns>The ticket for <see cref="Publish"/>.</returns>
    public long Enter(ulong lastSequence)
    {
        SpinWait spin = default;
        while (_tail - Volatile.Read(ref _head.Value) >= Capacity)
        {
            // Commits in flight finish without the commit lock, so the ring drains while we hold it.
            spin.SpinOnce();
        }

        long ticket = _tail++;
        _slots[ticket % Capacity].LastSequence = (long)lastSequence;
        return ticket;
    }

    /// <summary>Marks a commit as finished and returns once it is visible.</summary>
    public void Publish(long ticket)
    {
        ref Slot slot = ref _slots[ticket % Capacity];
        long sequence = slot.LastSequence;
        Volatile.Write(ref slot.FinishedTicket, ticket + 1);
        Advance();
        WaitUntilVisible((ulong)sequence);
    }

    /// <summary>Returns once every write up to <paramref name="sequence"/> is visible. Requires: it was entered.</summary>
    public void WaitUntilVisible(ulong sequence)
    {
        SpinWait spin = default;
        while (VisibleSequence < sequence)
        {
            spin.SpinOnce(sleep1Threshold: 100);
            Advance();
        }
    }

    private void Advance()
    {
        while (true)
        {
            long head = Volatile.Read(ref _head.Value);
            ref Slot slot = ref _slots[head % Capacity];
            if (Volatile.Read(ref slot.FinishedTicket) != head + 1)
            {
                return;
            }

            // Read after the ticket: before it, the slot may still hold the sequence of the previous lap.
            long sequence = Volatile.Read(ref slot.LastSequence);
            if (Interlocked.CompareExchange(ref _head.Value, head + 1, head) == head)
            {
                Raise(sequence);
            }
        }
    }

    /// <summary>Two threads may move the head one after the other and arrive here in the other order; the higher one stays.</summary>
    private void Raise(long sequence)
    {
        long visible = Volatile.Read(ref _visible.Value);
        while (visible < sequence)
        {
            long seen = Interlocked.CompareExchange(ref _visible.Value, sequence, visible);
            if (seen == visible)
            {
                return;
            }

            visible = seen;
        }

        Debug.Assert(visible >= sequence, "Visibility went back.");
    }

    private struct Slot
    {
        public long LastSequence;
        public long FinishedTicket;
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedLong
    {
        [FieldOffset(64)]
        public long Value;
    }
}
