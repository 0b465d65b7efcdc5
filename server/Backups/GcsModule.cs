using System.Text.Json.Nodes;
using Basalt.Backup.Gcs;
using Basalt.Server.Modules;

namespace Basalt.Server.Backups;

/// <summary>Backups in a bucket of Google Cloud Storage: <c>backup-gcs</c>.</summary>
internal static class GcsModule
{
    /// <summary>What clients call it.</summary>
    public const string Name = "gcs";

    /// <summary>What <c>ENABLE_MODULES</c> calls it.</summary>
    public const string ModuleName = "backup-gcs";

    /// <summary>What clients may know of it.</summary>
    public static ModuleDescription Describe(GcsBackendOptions options)
    {
        var details = new JsonObject { ["bucketName"] = options.Bucket };
        if (options.Path.Length > 0)
        {
            details["rootName"] = options.Path;
        }

        return new ModuleDescription(ModuleName, details);
    }
}
