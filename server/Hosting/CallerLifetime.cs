namespace Basalt.Server.Hosting;

/// <summary>
/// Leaves signals to whoever started the host. The default lifetime would take Ctrl-C and SIGTERM for itself, which is wrong for a
/// host inside another program.
/// </summary>
internal sealed class CallerLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
