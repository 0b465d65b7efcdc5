using Basalt.Server.Demo;
using Basalt.Server.Demo.Steps;

namespace Basalt.Server.Tests.Demo;

/// <summary>Does what Ctrl-C does.</summary>
internal sealed class InterruptStep(CancellationTokenSource stop) : IDemoStep
{
    public string Title => "Interrupt";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        throw new InvalidOperationException("The run has another token than the test.");
    }
}
