using System.Xml.Linq;

namespace Basalt.Architecture.Tests.Sources;

/// <summary>A project file, by its path from the repository's root.</summary>
internal sealed record ProjectFile(string Path, XDocument Document)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string AssemblyName => Property("AssemblyName") ?? System.IO.Path.GetFileNameWithoutExtension(Path);

    public string RootNamespace => Property("RootNamespace") ?? AssemblyName;

    /// <summary>Values of the Include attribute of all items of a kind.</summary>
    public string[] Items(string kind) =>
        [.. Document.Descendants(kind).Select(item => (string?)item.Attribute("Include")).OfType<string>()];

    /// <summary>File names of referenced projects, without extension.</summary>
    public string[] ReferencedProjects() =>
        [.. Items("ProjectReference").Select(path => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];

    private string? Property(string name) => Document.Descendants(name).FirstOrDefault()?.Value;
}
