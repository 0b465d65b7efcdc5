using System.Text.RegularExpressions;

namespace Basalt.Architecture.Tests.Sources;

/// <summary>A C# file, by its path from the repository's root.</summary>
internal sealed partial record SourceFile(string Path, string Text)
{
    public string FileName => System.IO.Path.GetFileName(Path);

    public int LineCount => Text.AsSpan().Count('\n') + (Text.EndsWith('\n') ? 0 : 1);

    /// <summary>The declared namespace; null for top-level statements without one.</summary>
    public string? Namespace => NamespaceDeclaration().Match(Text) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <summary>Types declared directly in the namespace, in order.</summary>
    public IReadOnlyList<DeclaredType> TopLevelTypes =>
        [.. TypeDeclaration().Matches(CSharpText.WithoutCommentsAndStrings(Text))
            .Select(match => new DeclaredType(match.Groups["name"].Value, match.Groups["modifiers"].Value.Split(' ').Contains("public")))];

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    // With file-scoped namespaces, which the code style demands, exactly the top-level types start in the first column.
    [GeneratedRegex(
        @"^(?<modifiers>(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe) )*)" +
        @"(?:record struct|record class|record|class|struct|interface|enum|delegate [\w<>\[\]?., ]+?) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
