using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Recovery;

/// <summary>
/// Removes what a crash left behind: files that no manifest names. The only time that a directory is listed; afterwards the manifest alone
/// says what exists. Files that the engine did not name are left alone.
/// </summary>
internal static class OrphanSweep
{
    /// <returns>The names of the files removed.</returns>
    public static IReadOnlyList<string> Run(IFileSystem fileSystem, string directory, VersionSet versions)
    {
        List<string> removed = [];
        foreach (string name in fileSystem.List(directory))
        {
            if (FileNames.TryParse(name, out FileKind kind, out ulong number) && IsOrphan(kind, number, name, versions))
            {
                fileSystem.Delete(Path.Combine(directory, name));
                removed.Add(name);
            }
        }

        StagingArea.Sweep(fileSystem, directory);
        return removed;
    }

    private static bool IsOrphan(FileKind kind, ulong number, string name, VersionSet versions) => kind switch
    {
        FileKind.Segment => !versions.Names(number),
        FileKind.Log => number < versions.LogFloor,
        FileKind.Manifest => name != versions.ManifestName,
        FileKind.SpareLog => true,
        FileKind.Temporary => true,
        _ => false,
    };
}
