namespace Basalt.Engine.Tests.Compression;

/// <summary>Skips where the reference tool is not installed, but never in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Lz4ToolFactAttribute : FactAttribute
{
    public const string ToolPath = "/usr/bin/lz4";

    public Lz4ToolFactAttribute()
    {
        if (!File.Exists(ToolPath) && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"The reference tool {ToolPath} is not installed (Debian package lz4).";
        }
    }
}
