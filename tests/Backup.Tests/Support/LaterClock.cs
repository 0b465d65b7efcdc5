namespace Basalt.Backup.Tests.Support;

/// <summary>The system's clock, some time ahead.</summary>
internal sealed class LaterClock(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
