namespace Basalt.Server.Demo.Steps;

/// <summary>One thing that the demo does and shows.</summary>
internal interface IDemoStep
{
    /// <summary>What it does, in a few words.</summary>
    string Title { get; }

    /// <summary>Does it.</summary>
    /// <returns>What came out, in a few words.</returns>
    /// <exception cref="DemoFailureException">It did not turn out as promised.</exception>
    Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken);
}
