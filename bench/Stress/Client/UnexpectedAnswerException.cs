namespace Basalt.Bench.Stress.Client;

/// <summary>The server answered what it must not answer.</summary>
internal sealed class UnexpectedAnswerException(string message) : Exception(message)
{
    public UnexpectedAnswerException(StressAnswer answer)
        : this(answer.ToString())
    {
    }
}
