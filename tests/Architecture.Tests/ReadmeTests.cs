using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests;

/// <summary>The README shows only what runs.</summary>
public sealed class ReadmeTests
{
    private const string Example = "tests/Backup.Tests/Examples/EmbeddedBackupExample.cs";
    private const string Begin = "// <readme>";
    private const string End = "// </readme>";

    [Fact]
    public void Program_InTheReadme_IsTheOneThatATestRuns()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string example = File.ReadAllText(Path.Combine(Repository.Root, Example));
        string program = example[(example.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..example.IndexOf(End, StringComparison.Ordinal)];
        string[] lines = program.Split('\n', StringSplitOptions.TrimEntries);

        Assert.True(lines.Length > 10, $"{Example} has no program between {Begin} and {End}.");
        Assert.Contains(string.Join('\n', lines).Trim(), WithoutIndentation(readme), StringComparison.Ordinal);
    }

    private static string WithoutIndentation(string text) => string.Join('\n', text.Split('\n', StringSplitOptions.TrimEntries));
}
