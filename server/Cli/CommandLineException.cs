namespace Basalt.Server.Cli;

/// <summary>The command line cannot be understood; the message says which part.</summary>
internal sealed class CommandLineException : Exception
{
    public CommandLineException()
        : this("The command line is invalid.")
    {
    }

    public CommandLineException(string message)
        : base(message)
    {
    }

    public CommandLineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
