using System.Runtime.InteropServices;

namespace Basalt.Bench.Load;

/// <summary>
/// Waits for a point in time to a microsecond: the thread sleeps for most of a long wait, so that the scheduler does not take it for one that
/// hogs a processor and background work finds room, and spins for the rest.
/// </summary>
internal static unsafe partial class IntendedTime
{
    /// <summary>Waking up takes up to about this long.</summary>
    private const long WakeUp = 60_000;

    private const int SetTimerSlack = 29;
    private const int ClockMonotonic = 1;

    /// <summary>Makes sleeps of the calling thread end on time; otherwise the kernel rounds them up by 50 us.</summary>
    public static void PrepareThread() => _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Returns at <paramref name="time"/> (nanoseconds of <see cref="MonotonicClock"/>), or at once if it is past.</summary>
    public static void Await(long time)
    {
        long left = time - MonotonicClock.Now();
        while (left > 0)
        {
            if (left > 2 * WakeUp)
            {
                TimeSpec sleep = new((left - WakeUp) / 1_000_000_000, (left - WakeUp) % 1_000_000_000);
                _ = ClockNanosleep(ClockMonotonic, 0, &sleep, null);
            }

            left = time - MonotonicClock.Now();
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, TimeSpec* request, TimeSpec* remaining);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
