namespace Basalt.Tests.Support;

/// <summary>An input was not borne; the message tells which.</summary>
public sealed class FuzzFailureException : Exception
{
    public FuzzFailureException()
        : this("An input was not borne.")
    {
    }

    public FuzzFailureException(string message)
        : base(message)
    {
    }

    public FuzzFailureException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
