using System.Text.Json.Nodes;
using Basalt.Backup;
using Basalt.Server.Configuration;
using Basalt.Server.Modules;

namespace Basalt.Server.Backups;

/// <summary>Backups in a directory: <c>backup-filesystem</c>.</summary>
internal static class FileSystemModule
{
    /// <summary>What clients call it.</summary>
    public const string Name = "filesystem";

    /// <summary>What <c>ENABLE_MODULES</c> calls it.</summary>
    public const string ModuleName = "backup-filesystem";

    /// <summary>The variable with its path.</summary>
    public const string PathVariable = "BACKUP_FILESYSTEM_PATH";

    /// <summary>Opens the directory, made if it is missing.</summary>
    /// <exception cref="SettingsException">It cannot be made or used.</exception>
    public static FileSystemBackend CreateBackend(string path, TimeProvider clock)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new FileSystemBackend(path, clock);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                $"init module \"{ModuleName}\": invalid backup path provided: {PathVariable} '{path}': {exception.Message}", exception);
        }
    }

    /// <summary>What clients may know of it.</summary>
    public static ModuleDescription Describe(string path) => new(ModuleName, new JsonObject { ["backupsPath"] = path });
}
