using System.Collections.Immutable;
using Basalt.Backup.Gcs;
using Basalt.Server.Backups;

namespace Basalt.Server.Configuration;

/// <summary>Reads where <c>backup-gcs</c> keeps backups.</summary>
internal static class GcsReader
{
    private const string BucketVariable = "BACKUP_GCS_BUCKET";
    private const string PathVariable = "BACKUP_GCS_PATH";
    private const string AuthVariable = "BACKUP_GCS_USE_AUTH";
    private const string AuthProxyVariable = "BACKUP_GCS_AUTH_PROXY_ENDPOINT";
    private const string EmulatorVariable = "STORAGE_EMULATOR_HOST";

    /// <summary>The place, or null if the module is not enabled.</summary>
    /// <exception cref="SettingsException">A variable is missing or has a value that is not allowed.</exception>
    public static GcsBackendOptions? Read(VariableReader reader, ImmutableArray<string> modules)
    {
        if (!modules.Contains(GcsModule.ModuleName))
        {
            return null;
        }

        string bucket = reader.Text(BucketVariable) ?? throw Problem($"'{BucketVariable}' must be set");
        return ReadAt(reader, bucket, reader.Text(PathVariable)?.Trim('/') ?? "");
    }

    /// <summary>A place in a bucket of the server that the variables name.</summary>
    /// <exception cref="SettingsException">The bucket, the path or a variable has a value that is not allowed.</exception>
    public static GcsBackendOptions ReadAt(VariableReader reader, string bucket, string path)
    {
        if (!GcsBackendOptions.IsBucket(bucket))
        {
            throw Problem($"'{BucketVariable}' is '{UrlSecrets.Hide(bucket)}'; it takes {BucketRules.Gcs.Buckets}");
        }

        if (!GcsBackendOptions.IsPath(path))
        {
            throw Problem($"'{PathVariable}' is '{UrlSecrets.Hide(path)}'; it takes {BucketRules.Paths}");
        }

        if (reader.Text(AuthProxyVariable) is not null)
        {
            throw Problem($"'{AuthProxyVariable}' is set, but this server knows no such proxy; remove it");
        }

        Uri? emulator = ReadEmulator(reader);
        var options = new GcsBackendOptions
        {
            Bucket = bucket,
            Path = path,
            UseAuthentication = reader.Flag(AuthVariable, emulator is null),
        };
        return emulator is null ? options
            : options.UseAuthentication && emulator.Scheme != Uri.UriSchemeHttps && !emulator.IsLoopback
                ? throw Problem($"'{EmulatorVariable}' is '{UrlSecrets.Hide(emulator.ToString())}'; tokens go over https or to this machine only, or set '{AuthVariable}' to false")
                : options with { Endpoint = emulator };
    }

    /// <summary>A host, or a host and a port, with or without a scheme.</summary>
    private static Uri? ReadEmulator(VariableReader reader)
    {
        if (reader.Text(EmulatorVariable) is not { } text)
        {
            return null;
        }

        string url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? emulator) && GcsBackendOptions.IsEndpoint(emulator)
            ? emulator
            : throw Problem($"'{EmulatorVariable}' is '{UrlSecrets.Hide(text)}'; it takes host:port, with http:// or https:// before it or not");
    }

    private static SettingsException Problem(string what) => new($"init module \"{GcsModule.ModuleName}\": backup init: {what}");
}
