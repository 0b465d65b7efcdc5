using System.Diagnostics;

namespace Basalt.Tests.Support;

/// <summary>Waits for what background work will bring about, and fails if it never does.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task TrueAsync(Func<bool> condition)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"The condition did not become true within {Patience}.");
            }

            // Others need the processor to bring it about.
            await Task.Delay(Pause);
        }
    }
}
