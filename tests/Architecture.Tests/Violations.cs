namespace Basalt.Architecture.Tests;

/// <summary>Fails with every violation on a line of its own; xunit's collection asserts cut lists and long texts.</summary>
internal static class Violations
{
    public static void AssertNone(IEnumerable<string> violations)
    {
        string[] found = [.. violations];
        Assert.True(found.Length == 0, $"{found.Length} violations:\n{string.Join('\n', found)}");
    }
}
