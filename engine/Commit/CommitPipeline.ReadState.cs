using Basalt.Engine.Iteration;
using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;

namespace Basalt.Engine.Commit;

internal sealed partial class CommitPipeline
{
    private ReadState? _readState;
    private bool _level0Full;

    /// <summary>
    /// What a read may look at, with a reference for the caller. Take it before <see cref="VisibleSequence"/>: versions of a key that
    /// nobody could see when the state was made may be missing from it.
    /// </summary>
    public ReadState AcquireReadState()
    {
        while (true)
        {
            ReadState? state = Volatile.Read(ref _readState);
            ObjectDisposedException.ThrowIf(state is null, typeof(Database));
            if (state.TryAcquire())
            {
                return state;
            }
        }
    }

    /// <summary>Lets reads see a newer version of the segments; the caller's reference passes on.</summary>
    /// <exception cref="ObjectDisposedException">The database was closed; what the version holds is durable all the same.</exception>
    public void Install(LsmVersion version)
    {
        lock (_commitLock)
        {
            if (_readState is not null)
            {
                InstallLocked(version);
                Monitor.PulseAll(_commitLock);
                return;
            }
        }

        version.Release();
        throw new ObjectDisposedException(nameof(Database));
    }

    /// <summary>
    /// Refuses all reads and writes that begin from here on, waits for the inserts under way, and gives the memory back once the reads
    /// under way are done. Requires: nothing flushes any more.
    /// </summary>
    public void Close()
    {
        ReadState state;
        List<Memtable> memtables = [];
        lock (_commitLock)
        {
            _closed = true;
            state = _readState!;
            Volatile.Write(ref _readState, null);
            memtables.Add(_active);
            foreach (SealedMemtable memtable in _sealed)
            {
                memtable.Fail(new ObjectDisposedException(nameof(Database)));
                memtables.Add(memtable.Table);
            }

            _sealed.Clear();
            _next?.Release();
            _next = null;
            Monitor.PulseAll(_commitLock);
        }

        foreach (Memtable memtable in memtables)
        {
            // A writer that took its place before the close holds no reference of its own.
            memtable.WaitForInserts();
            memtable.Release();
        }

        state.Release();
    }

    /// <summary>
    /// Builds the read state anew. Two edits may arrive here in the other order than they were applied in; the newer version stays.
    /// Requires: commit lock held. A null version keeps the present one.
    /// </summary>
    private void InstallLocked(LsmVersion? version)
    {
        ReadState previous = _readState!;
        if (version is null || version.Number < previous.Version.Number)
        {
            version?.Release();
            version = previous.Version;
            version.AddReference();
        }

        Memtable[] memtables = new Memtable[_sealed.Count + 1];
        memtables[0] = _active;
        for (int i = 0; i < _sealed.Count; i++)
        {
            memtables[i + 1] = _sealed[^(i + 1)].Table;
        }

        _level0Full = version.MaxLevel0Segments >= _options.Level0StopTrigger;
        Volatile.Write(ref _readState, new ReadState(memtables, version));
        previous.Release();
    }
}
