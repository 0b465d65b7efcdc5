using System.Runtime.InteropServices;

namespace Basalt.Call.Tracer;

/// <summary>Numbers of the calls of Linux that can be traced.</summary>
public static class SystemCall
{
    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["pwrite64"] = 18,
        ["ftruncate"] = 77,
        ["fsync"] = 74,
        ["fdatasync"] = 75,
        ["rename"] = 82,
        ["mkdir"] = 83,
        ["link"] = 86,
        ["unlink"] = 87,
        ["fallocate"] = 285,
    };

    /// <summary>Whether the numbers are those of this machine.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static int NumberOf(string name) =>
        Numbers.TryGetValue(name, out int number) ? number : throw new ArgumentException($"Unknown call '{name}'; known are {string.Join(", ", Numbers.Keys)}.");
}
