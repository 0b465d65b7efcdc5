using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.Tests.Backends;

/// <summary>The tests' own store keeps the contract too, or tests on it would prove nothing.</summary>
public sealed class MemoryBackendTests : BackendContract
{
    protected override IBackupBackend Backend { get; } = new MemoryBackend();
}
