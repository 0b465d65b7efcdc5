namespace Basalt.Engine.Storage;

/// <summary>The error numbers the engine tells apart; equal on every architecture that .NET runs Linux on.</summary>
internal static class LinuxError
{
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int Exists = 17;
    public const int NoSpace = 28;
    public const int NotImplemented = 38;
    public const int NotSupported = 95;
    public const int QuotaExceeded = 122;

    /// <summary>What a failed call counts as.</summary>
    public static DatabaseError Classify(int error) => error is NoSpace or QuotaExceeded ? DatabaseError.OutOfSpace : DatabaseError.InputOutput;
}
