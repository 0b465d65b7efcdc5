using System.Globalization;
using System.Text;
using Basalt.Engine.Checksums;
using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

/// <summary>
/// <c>CURRENT</c>: one line of text with the name of the manifest in force and the CRC32C of that name. Switched by rename, so that
/// it names either the old manifest or the new one, each complete.
/// </summary>
internal static class CurrentFile
{
    /// <summary>Writes the file under a temporary name.</summary>
    public static void Prepare(IFileSystem fileSystem, string directory, string manifestName)
    {
        fileSystem.Delete(TemporaryPath(directory));
        using IWritableFile file = fileSystem.Create(TemporaryPath(directory));
        file.Append(Encoding.ASCII.GetBytes(Line(manifestName)));
        file.Sync();
    }

    /// <summary>Puts what was prepared in force.</summary>
    public static void Switch(IFileSystem fileSystem, string directory)
    {
        fileSystem.Rename(TemporaryPath(directory), Path.Combine(directory, FileNames.Current));
        fileSystem.SyncDirectory(directory);
    }

    /// <summary>The name of the manifest in force, or null if there is no database yet.</summary>
    public static string? Read(IFileSystem fileSystem, string directory)
    {
        string path = Path.Combine(directory, FileNames.Current);
        if (!fileSystem.FileExists(path))
        {
            return null;
        }

        string line = Encoding.ASCII.GetString(fileSystem.ReadAllBytes(path));
        int blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (blank <= 0 || line != Line(line[..blank]))
        {
            throw DatabaseException.Damage("The file does not name a manifest with its checksum.", path, 0);
        }

        return line[..blank];
    }

    private static string TemporaryPath(string directory) => Path.Combine(directory, FileNames.Temporary(FileNames.Current));

    private static string Line(string manifestName) =>
        string.Create(CultureInfo.InvariantCulture, $"{manifestName} {Crc32C.Compute(Encoding.ASCII.GetBytes(manifestName)):x8}\n");
}
