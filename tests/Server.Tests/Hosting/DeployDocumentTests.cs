using System.Text.RegularExpressions;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Hosting;

/// <summary>What server/deploy says points to what is there.</summary>
public sealed partial class DeployDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(SourceTree.Root, "server", "deploy", "README.md"));

    [Fact]
    public void Document_NamesTestsAndTypesThatExist()
    {
        HashSet<string> files =
        [
            .. new[] { "tests", "server", "backup", "engine" }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SourceTree.Root, folder), "*.cs", SearchOption.AllDirectories))
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];
        string[] named = [.. Parentheses().Matches(Document).SelectMany(match => TypeNames().Matches(match.Value)).Select(match => match.Groups[1].Value).Distinct()];

        Assert.True(named.Length > 20, $"{named.Length} names");
        Assert.DoesNotContain(named, name => !files.Contains(name));
    }

    [Fact]
    public void Document_NamesVariablesThatTheApiHas()
    {
        string api = File.ReadAllText(Path.Combine(SourceTree.Root, "server", "API.md"));

        string[] named = [.. Variables().Matches(Document).Select(match => match.Groups[1].Value).Distinct()];

        Assert.True(named.Length > 10, $"{named.Length} names");
        Assert.DoesNotContain(named, name => !api.Contains(name, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\([^)]*`[A-Z][A-Za-z0-9]+`[^)]*\)", RegexOptions.Singleline)]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"`([A-Z][a-z][A-Za-z0-9]+)`")]
    private static partial Regex TypeNames();

    [GeneratedRegex(@"`((?:BASALT|GRPC|BACKUP|QUERY|AUTH[A-Z]+|MAXIMUM|AUTOSCHEMA)_[A-Z_0-9]+)(?:=[a-z]+)?`")]
    private static partial Regex Variables();
}
