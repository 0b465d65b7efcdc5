using Basalt.Backup.Backends;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.Tests.Backends;

public sealed class BackendProbeTests
{
    private readonly MemoryBackend _memory = new();

    [Fact]
    public async Task Run_WhenStoreOverwrites_SaysSo()
    {
        var backend = new InterceptedBackend(_memory)
        {
            BeforePut = key =>
            {
                _memory.Objects.TryRemove(key, out _);
                return Task.CompletedTask;
            },
        };

        var failure = await Assert.ThrowsAsync<BackupException>(() => RunAsync(backend));

        Assert.Contains("overwrote", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenStoreHidesObjects_SaysSo()
    {
        int puts = 0;
        var backend = new InterceptedBackend(_memory)
        {
            AfterPut = key =>
            {
                if (++puts == 2)
                {
                    _memory.Objects.TryRemove(key, out _);
                }

                return Task.CompletedTask;
            },
        };

        var failure = await Assert.ThrowsAsync<BackupException>(() => RunAsync(backend));

        Assert.Contains("does not list", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenStoreChangesBytes_SaysSo()
    {
        var backend = new InterceptedBackend(_memory) { OnOpened = (_, _) => new MemoryStream("fIrst"u8.ToArray()) };

        var failure = await Assert.ThrowsAsync<BackupException>(() => RunAsync(backend));

        Assert.Contains("other bytes", failure.Message, StringComparison.Ordinal);
    }

    private static Task RunAsync(IBackupBackend backend) => BackendProbe.RunAsync(backend, TimeProvider.System, CancellationToken.None);
}
