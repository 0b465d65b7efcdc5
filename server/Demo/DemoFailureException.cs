namespace Basalt.Server.Demo;

/// <summary>A step of the demo did not turn out as promised; the message says what failed, and what to do if that is known.</summary>
internal sealed class DemoFailureException : Exception
{
    public DemoFailureException()
        : this("A step of the demo failed.")
    {
    }

    public DemoFailureException(string message)
        : base(message)
    {
    }

    public DemoFailureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
