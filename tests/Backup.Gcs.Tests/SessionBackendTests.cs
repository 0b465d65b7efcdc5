namespace Basalt.Backup.Gcs.Tests;

/// <summary>The contract of backends, with uploads in sessions.</summary>
public sealed class SessionBackendTests : GcsBackendContract
{
    protected override long ResumableThresholdBytes => 0;
}
