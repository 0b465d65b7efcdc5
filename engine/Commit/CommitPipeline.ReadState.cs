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
    public void Install(LsmVersion version)
    {
        lock (_commitLock)
        {
            InstallLocked(version);
            Monitor.PulseAll(_commitLock);
        }
    }

    /// <summary>Ends all reads that begin from here on and gives the memory back once those under way are done.</summary>
    public void CloseReads()
    {
        ReadState? state;
        lock (_commitLock)
        {
            _closed = true;
            state = _readState;
            Volatile.Write(ref _readState, null);
            _next?.Release();
            _next = null;
            _active.Release();
            foreach (SealedMemtable memtable in _sealed)
            {
                memtable.Fail(new ObjectDisposedException(nameof(Database)));
                memtable.Table.Release();
            }

            _sealed.Clear();
            Monitor.PulseAll(_commitLock);
        }

        state?.Release();
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
