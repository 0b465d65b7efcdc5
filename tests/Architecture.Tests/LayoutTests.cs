using System.Text.RegularExpressions;
using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests;

/// <summary>Folders, file names, type names and namespaces say the same thing.</summary>
public sealed partial class LayoutTests
{
    private const int HardLimit = 500;
    private const int SoftLimit = 350;

    // Meaningless anywhere in a name: each says "something about X" instead of what it does.
    private static readonly string[] BannedWords = ["Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Manager", "Common", "Misc"];

    [Fact]
    public void Files_WhenCounted_StayUnderTheHardLimit() =>
        Violations.AssertNone(
            Repository.AllSources.Where(source => source.LineCount > HardLimit).Select(source => $"{source.Path}: {source.LineCount} lines"));

    [Fact]
    public void Files_WhenCounted_AreNineTimesOfTenUnderTheSoftLimit()
    {
        foreach (IGrouping<string, SourceFile> folder in Repository.AllSources.GroupBy(source => source.Path.Split('/')[0]))
        {
            SourceFile[] large = [.. folder.Where(source => source.LineCount > SoftLimit)];
            Assert.True(
                large.Length * 10 <= folder.Count(),
                $"{large.Length} of {folder.Count()} files in {folder.Key}/ are over {SoftLimit} lines: {string.Join(", ", large.Select(source => source.Path))}");
        }
    }

    [Fact]
    public void Files_WhenShipped_HoldOneTypeNamedAsTheFile()
    {
        Violations.AssertNone(
            from source in Repository.ShippedSources
            where source.FileName is not "Program.cs" and not "GlobalUsings.cs"
            let types = source.TopLevelTypes
            where types.Count != 1 || !source.FileName.StartsWith($"{types[0].Name}.", StringComparison.Ordinal)
            select $"{source.Path} declares {types.Count} types: {string.Join(", ", types.Select(type => type.Name))}");
    }

    [Fact]
    public void Namespaces_WhenShipped_FollowTheFolders()
    {
        Violations.AssertNone(
            from project in Repository.ShippedProjects
            from source in SourcesOf(project)
            where source.FileName != "Program.cs"
            let allowed = AllowedNamespaces(project, source)
            where !allowed.Contains(source.Namespace)
            select $"{source.Path} is in {source.Namespace}; expected {string.Join(" or ", allowed)}");
    }

    [Fact]
    public void Names_WhenShipped_SayWhatTheThingDoes()
    {
        IEnumerable<string> names = Repository.ShippedSources
            .SelectMany(source => source.Path.Split('/').Select(part => part.Split('.')[0]).Concat(source.TopLevelTypes.Select(type => type.Name)))
            .Distinct();

        Violations.AssertNone(names.Where(name => Words().Matches(name).Any(word => BannedWords.Contains(word.Value))));
    }

    [Fact]
    public void TypeScan_WhenSeveralTypesAreDeclared_FindsEach()
    {
        SourceFile source = new(
            "x/Two.cs",
            "namespace A.B;\n\n/// <summary>class Comment</summary>\npublic sealed partial class One\n{\n    private class Nested;\n}\n\ninternal readonly record struct Two(int X);\n"
            + "public delegate void Three<T>(T value);\nfile static class Four;\n");

        Assert.Equal(["One", "Two", "Three", "Four"], source.TopLevelTypes.Select(type => type.Name));
        Assert.Equal([true, false, true, false], source.TopLevelTypes.Select(type => type.IsPublic));
        Assert.Equal("A.B", source.Namespace);
    }

    // What a user of a library names lives in its root namespace, whatever folder explains it; always so in the engine.
    private static string[] AllowedNamespaces(ProjectFile project, SourceFile source)
    {
        string folder = Path.GetDirectoryName(Path.GetRelativePath(project.Folder, source.Path))!;
        string inFolder = folder.Length == 0 ? project.RootNamespace : $"{project.RootNamespace}.{folder.Replace('/', '.')}";
        bool isPublic = source.TopLevelTypes.Any(type => type.IsPublic) || IsPartOfPublicType(source);
        return (isPublic, project.RootNamespace) switch
        {
            (false, _) => [inFolder],
            (true, "Basalt.Engine") => [project.RootNamespace],
            _ => [inFolder, project.RootNamespace],
        };
    }

    private static IEnumerable<SourceFile> SourcesOf(ProjectFile project) => Repository.ShippedSources.Where(source =>
        source.Path.StartsWith($"{project.Folder}/", StringComparison.Ordinal)
        && !Repository.ShippedProjects.Any(other =>
            other != project && other.Folder.Length > project.Folder.Length && source.Path.StartsWith($"{other.Folder}/", StringComparison.Ordinal)));

    // A partial file may leave the access modifier to the file that carries the type's documentation.
    private static bool IsPartOfPublicType(SourceFile source) =>
        source.TopLevelTypes is [{ } type] && Repository.ShippedSources.Any(other =>
            other.Namespace == source.Namespace && other.TopLevelTypes.Any(candidate => candidate.IsPublic && candidate.Name == type.Name));

    [GeneratedRegex("[A-Z][a-z]+")]
    private static partial Regex Words();
}
