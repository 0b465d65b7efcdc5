namespace Basalt.Tests.Support;

/// <summary>The system's clock, some time ahead.</summary>
public sealed class LaterClock(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
