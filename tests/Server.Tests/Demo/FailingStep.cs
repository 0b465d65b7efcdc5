using Basalt.Server.Demo;
using Basalt.Server.Demo.Steps;

namespace Basalt.Server.Tests.Demo;

/// <summary>Fails, after it has shown the session.</summary>
internal sealed class FailingStep(Action<DemoSession> show) : IDemoStep
{
    public string Title => "Fail";

    public Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        show(session);
        throw new DemoFailureException("Something is wrong on purpose.");
    }
}
