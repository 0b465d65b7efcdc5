using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>A clock that follows the system's, with a gate that nobody passes through.</summary>
internal sealed class TimedCutClock : ICutClock
{
    public long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << CoordinatorView.ClockCounterBits;

    public IArmedCut? Arm(long instant, Func<Task> cut) => Now >= instant ? null : new ArmedCut(instant, this, cut);

    private sealed class ArmedCut : IArmedCut
    {
        private readonly CancellationTokenSource _stop = new();

        public ArmedCut(long instant, TimedCutClock clock, Func<Task> cut) => Made = MakeAsync(instant, clock, cut);

        public Task Made { get; }

        public void Dispose() => _stop.Cancel();

        private async Task MakeAsync(long instant, TimedCutClock clock, Func<Task> cut)
        {
            while (clock.Now < instant)
            {
                await Task.Delay(1, _stop.Token);
            }

            await cut();
        }
    }
}
