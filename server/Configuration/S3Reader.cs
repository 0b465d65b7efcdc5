using System.Collections.Immutable;
using Basalt.Backup.S3;
using Basalt.Server.Backups;

namespace Basalt.Server.Configuration;

/// <summary>Reads where <c>backup-s3</c> keeps backups.</summary>
internal static class S3Reader
{
    private const string BucketVariable = "BACKUP_S3_BUCKET";
    private const string PathVariable = "BACKUP_S3_PATH";
    private const string EndpointVariable = "BACKUP_S3_ENDPOINT";
    private const string UseSslVariable = "BACKUP_S3_USE_SSL";
    private const string AuthProxyVariable = "BACKUP_S3_AUTH_PROXY_ENDPOINT";
    private const string AmazonEndpoint = "s3.amazonaws.com";

    /// <summary>The place, or null if the module is not enabled.</summary>
    /// <exception cref="SettingsException">A variable is missing or has a value that is not allowed.</exception>
    public static S3BackendOptions? Read(VariableReader reader, ImmutableArray<string> modules)
    {
        if (!modules.Contains(S3Module.ModuleName))
        {
            return null;
        }

        string bucket = reader.Text(BucketVariable) ?? throw Problem($"'{BucketVariable}' must be set");
        return ReadAt(reader, bucket, reader.Text(PathVariable)?.Trim('/') ?? "");
    }

    /// <summary>A place in a bucket of the server that the variables name, with their keys.</summary>
    /// <exception cref="SettingsException">The bucket, the path or a variable has a value that is not allowed.</exception>
    public static S3BackendOptions ReadAt(VariableReader reader, string bucket, string path)
    {
        if (!S3BackendOptions.IsBucket(bucket))
        {
            throw Problem($"'{BucketVariable}' is '{UrlSecrets.Hide(bucket)}'; it takes {BucketRules.S3.Buckets}");
        }

        if (!S3BackendOptions.IsPath(path))
        {
            throw Problem($"'{PathVariable}' is '{UrlSecrets.Hide(path)}'; it takes {BucketRules.Paths}");
        }

        string? endpoint = reader.Text(EndpointVariable);
        if (endpoint is not null && !S3BackendOptions.IsEndpoint(endpoint))
        {
            throw Problem($"'{EndpointVariable}' is '{UrlSecrets.Hide(endpoint)}'; it takes host or host:port without a scheme ('{UseSslVariable}' chooses that)");
        }

        if (reader.Text(AuthProxyVariable) is not null)
        {
            throw Problem($"'{AuthProxyVariable}' is set, but this server knows no such proxy; remove it");
        }

        return new S3BackendOptions
        {
            Bucket = bucket,
            Path = path,
            Endpoint = endpoint == AmazonEndpoint ? null : endpoint,
            UseSsl = reader.Text(UseSslVariable) != "false",
            Region = reader.Text("AWS_REGION") ?? reader.Text("AWS_DEFAULT_REGION"),
            Credentials = ReadCredentials(reader),
        };
    }

    /// <summary>A key in the environment wins over roles; half of one is none.</summary>
    private static S3Credentials? ReadCredentials(VariableReader reader)
    {
        string? accessKey = reader.Text("AWS_ACCESS_KEY_ID") ?? reader.Text("AWS_ACCESS_KEY");
        string? secretKey = reader.Text("AWS_SECRET_ACCESS_KEY") ?? reader.Text("AWS_SECRET_KEY");
        return accessKey is null || secretKey is null ? null : new S3Credentials(accessKey, secretKey, reader.Text("AWS_SESSION_TOKEN"));
    }

    private static SettingsException Problem(string what) => new($"init module \"{S3Module.ModuleName}\": backup init: {what}");
}
