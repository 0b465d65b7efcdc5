namespace Basalt.Backup.Tests.Support;

/// <summary>A test that holds what has to be closed after it. xunit 2 calls <see cref="IAsyncLifetime"/> and no <see cref="IAsyncDisposable"/>.</summary>
public abstract class DisposableTest : IAsyncLifetime, IAsyncDisposable
{
    public abstract ValueTask DisposeAsync();

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
