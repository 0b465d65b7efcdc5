using System.Text.Json.Nodes;
using Basalt.Backup.S3;
using Basalt.Server.Modules;

namespace Basalt.Server.Backups;

/// <summary>Backups in a bucket: <c>backup-s3</c>.</summary>
internal static class S3Module
{
    /// <summary>What clients call it.</summary>
    public const string Name = "s3";

    /// <summary>What <c>ENABLE_MODULES</c> calls it.</summary>
    public const string ModuleName = "backup-s3";

    /// <summary>What clients may know of it.</summary>
    public static ModuleDescription Describe(S3BackendOptions options)
    {
        var details = new JsonObject
        {
            ["endpoint"] = options.Endpoint ?? "s3.amazonaws.com",
            ["bucketName"] = options.Bucket,
            ["useSSL"] = options.UseSsl,
        };
        if (options.Path.Length > 0)
        {
            details["rootName"] = options.Path;
        }

        return new ModuleDescription(ModuleName, details);
    }
}
