namespace Basalt.Crash.Tests;

/// <summary>Skips where strace is not installed, but never in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceTheoryAttribute : TheoryAttribute
{
    public const string ToolPath = "/usr/bin/strace";

    public StraceTheoryAttribute()
    {
        if (!File.Exists(ToolPath) && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"{ToolPath}, which injects the errors, is not installed (Debian package strace).";
        }
    }
}
