namespace Basalt.Crash.Tests;

/// <summary>The system's clock, ahead by some time.</summary>
internal sealed class LaterClock(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
