using System.Runtime.InteropServices;

namespace Basalt.Server.Cli;

/// <summary>Ctrl-C and SIGTERM as a token. The second one ends the process at once, for whoever does not want to wait for a clean stop.</summary>
internal sealed class TerminationSignal : IDisposable
{
    // As shells tell it when a signal ended a program.
    private const int Interrupted = 130;
    private const int Terminated = 143;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private volatile int _exitCode = Interrupted;

    public TerminationSignal()
    {
        _interrupt = On(PosixSignal.SIGINT, Interrupted);
        _terminate = On(PosixSignal.SIGTERM, Terminated);
    }

    /// <summary>Canceled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What a program ends with that such a signal stopped.</summary>
    public int ExitCode => _exitCode;

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = !_stop.IsCancellationRequested;
        _exitCode = exitCode;
        _stop.Cancel();
    });
}
