namespace Basalt.Server.Demo;

/// <summary>Takes how far a step has come, to show it.</summary>
internal interface IStepProgress
{
    /// <param name="part">The part done, 0 to 1.</param>
    /// <param name="detail">The same in words, a few of them.</param>
    void Report(double part, string detail);
}
