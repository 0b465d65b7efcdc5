using Basalt.Engine.Manifest;
using Basalt.Engine.Memtables;

namespace Basalt.Engine.Iteration;

/// <summary>
/// Everything a read may look at, newest first: the active memtable, sealed ones on their way to disk, and a version of the segments.
/// Immutable and reference-counted, so that a read needs no lock.
/// </summary>
internal sealed class ReadState
{
    private readonly Memtable[] _memtables;
    private int _references = 1;

    /// <summary>Takes over one reference of the version; adds one to each memtable.</summary>
    /// <param name="memtables">Newest first.</param>
    /// <param name="version">The segments.</param>
    public ReadState(Memtable[] memtables, LsmVersion version)
    {
        _memtables = memtables;
        Version = version;
        foreach (Memtable memtable in memtables)
        {
            memtable.AddReference();
        }
    }

    /// <summary>Memtables, newest first.</summary>
    public ReadOnlySpan<Memtable> Memtables => _memtables;

    public LsmVersion Version { get; }

    /// <summary>Takes a reference, unless the last one is gone already: then a newer state is in place.</summary>
    public bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            foreach (Memtable memtable in _memtables)
            {
                memtable.Release();
            }

            Version.Release();
        }
    }
}
