using System.Reflection;
using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests.Metadata;

/// <summary>The compiled shipped projects, as copied beside the tests.</summary>
internal static class ShippedAssemblies
{
    public static string PathOf(ProjectFile project) => Path.Combine(AppContext.BaseDirectory, $"{project.AssemblyName}.dll");

    public static Assembly Load(ProjectFile project) => Assembly.LoadFrom(PathOf(project));

    /// <summary>Finds the file of a type that <see cref="ApiUse.Caller"/> names, by namespace and file name.</summary>
    public static SourceFile? FindSource(string typeName)
    {
        int dot = typeName.LastIndexOf('.');
        string space = typeName[..Math.Max(dot, 0)];
        string name = typeName[(dot + 1)..];
        return Repository.ShippedSources.FirstOrDefault(
            source => source.FileName.Split('.')[0] == name && (source.Namespace ?? "") == space);
    }
}
