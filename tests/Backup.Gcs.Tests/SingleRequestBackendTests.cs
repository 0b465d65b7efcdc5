namespace Basalt.Backup.Gcs.Tests;

/// <summary>The contract of backends, with uploads in one request.</summary>
public sealed class SingleRequestBackendTests : GcsBackendContract
{
    protected override long ResumableThresholdBytes => 1L << 40;
}
