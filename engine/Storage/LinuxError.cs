namespace Basalt.Engine.Storage;

/// <summary>The error numbers the engine tells apart; equal on every architecture that .NET runs Linux on.</summary>
internal static class LinuxError
{
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int Exists = 17;
    public const int NotImplemented = 38;
    public const int NotSupported = 95;
}
