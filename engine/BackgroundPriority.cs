using Basalt.Engine.Storage;

namespace Basalt.Engine;

/// <summary>
/// Lets threads that nobody waits for give way to those that serve writers and readers. With more busy threads than processors a writer
/// otherwise waits for whole slices of the scheduler, 3 to 5 ms each: beside two busy threads on two processors p99 of a paced writer that
/// does nothing at all was 4.0 ms, and 35 us with those threads lowered.
/// </summary>
public static class BackgroundPriority
{
    /// <summary>
    /// Lowers the calling thread for good (an unprivileged thread cannot be raised again), so it must be one of the caller's own and not the
    /// thread pool's. Nice value 19 on Linux. It still gets a few percent of a busy processor, so nothing that it holds is held for ever.
    /// </summary>
    public static void Lower() => PlatformCalls.LowerThreadPriority();
}
