using System.Xml.Linq;

namespace Basalt.Architecture.Tests.Sources;

/// <summary>The checked-out repository that this test assembly was built from.</summary>
internal static class Repository
{
    private static readonly string[] ShippedFolders = ["engine", "backup", "server"];

    public static string Root { get; } = FindRoot();

    /// <summary>Projects that are shipped: libraries and server, not tests and benchmarks.</summary>
    public static IReadOnlyList<ProjectFile> ShippedProjects { get; } =
        [.. FindFiles(ShippedFolders, "*.csproj").Select(path => new ProjectFile(path, XDocument.Load(Path.Combine(Root, path))))];

    /// <summary>C# sources of the shipped projects.</summary>
    public static IReadOnlyList<SourceFile> ShippedSources { get; } = [.. FindFiles(ShippedFolders, "*.cs").Select(Read)];

    /// <summary>All C# sources, tests and benchmarks included.</summary>
    public static IReadOnlyList<SourceFile> AllSources { get; } =
        [.. ShippedSources, .. FindFiles(["bench", "tests"], "*.cs").Select(Read)];

    private static SourceFile Read(string path) => new(path, File.ReadAllText(Path.Combine(Root, path)));

    private static IEnumerable<string> FindFiles(string[] folders, string pattern) =>
        folders
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Engine.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"No Engine.sln above {AppContext.BaseDirectory}.");
    }
}
