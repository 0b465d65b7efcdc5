namespace Basalt.Server.Tests.KillMatrix;

/// <summary>Where the server is killed.</summary>
/// <param name="Step">Which step.</param>
/// <param name="Steps">Of how many that the operation is divided into; 0: the step is one request or call.</param>
/// <param name="IsAfter">Whether the store acts before the kill.</param>
public sealed record KillPoint(int Step, int Steps, bool IsAfter)
{
    /// <summary>How many steps pass before the one that is held.</summary>
    /// <param name="total">Steps of an undisturbed operation.</param>
    public int StepOf(int total) => Steps == 0 ? Step : ((2 * Step) + 1) * total / (2 * Steps);
}
