namespace Basalt.Engine.Compaction;

/// <summary>Permission to run one compaction; disposing it lets the next one run.</summary>
internal sealed class CompactionGrant(SemaphoreSlim slots) : IDisposable
{
    private SemaphoreSlim? _slots = slots;

    public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Release();
}
