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

    private const string Scheme = "s3://";

    /// <summary>The repository at another place of the same server.</summary>
    /// <param name="configured">The configured one.</param>
    /// <param name="location">As <see cref="S3Places.Locate"/> gives it.</param>
    public static S3Backend At(S3Backend configured, string location)
    {
        string[] parts = location[Scheme.Length..].Split('/', 2);
        return configured.At(parts[0], parts.Length > 1 ? parts[1] : "");
    }

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
