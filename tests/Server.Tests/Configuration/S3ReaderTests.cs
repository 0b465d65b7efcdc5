using Basalt.Backup.S3;
using Basalt.Server.Configuration;

namespace Basalt.Server.Tests.Configuration;

public sealed class S3ReaderTests
{
    [Fact]
    public void Settings_WithABucketAlone_UseAmazonAndWhatTheMachineKnows()
    {
        S3BackendOptions options = Read("BACKUP_S3_BUCKET=shelf")!;

        Assert.Equal(new S3BackendOptions { Bucket = "shelf" }, options);
        Assert.Equal(options, Read("BACKUP_S3_BUCKET=shelf;BACKUP_S3_ENDPOINT=s3.amazonaws.com;BACKUP_S3_USE_SSL=yes"));
    }

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID=key;AWS_SECRET_ACCESS_KEY=secret;AWS_SESSION_TOKEN=token;AWS_REGION=eu-west-1;AWS_DEFAULT_REGION=x")]
    [InlineData("AWS_ACCESS_KEY=key;AWS_SECRET_KEY=secret;AWS_SESSION_TOKEN=token;AWS_DEFAULT_REGION=eu-west-1")]
    public void Settings_WithAllVariables_AreTaken(string access)
    {
        S3BackendOptions options =
            Read($"BACKUP_S3_BUCKET=shelf;BACKUP_S3_PATH=/a/b/;BACKUP_S3_ENDPOINT=minio:9000;BACKUP_S3_USE_SSL=false;{access}")!;

        Assert.Equal(
            new S3BackendOptions
            {
                Bucket = "shelf",
                Path = "a/b",
                Endpoint = "minio:9000",
                UseSsl = false,
                Region = "eu-west-1",
                Credentials = new S3Credentials("key", "secret", "token"),
            },
            options);
    }

    [Theory]
    [InlineData("AWS_ACCESS_KEY_ID=key")]
    [InlineData("AWS_SECRET_ACCESS_KEY=secret")]
    public void Settings_WithHalfAKey_HaveNone(string half) => Assert.Null(Read($"BACKUP_S3_BUCKET=shelf;{half}")!.Credentials);

    [Theory]
    [InlineData("", "'BACKUP_S3_BUCKET' must be set")]
    [InlineData("BACKUP_S3_BUCKET=Shelf", "'BACKUP_S3_BUCKET' is 'Shelf'")]
    [InlineData("BACKUP_S3_BUCKET=shelf;BACKUP_S3_PATH=a//b", "'BACKUP_S3_PATH' is 'a//b'")]
    [InlineData("BACKUP_S3_BUCKET=shelf;BACKUP_S3_ENDPOINT=http://minio:9000", "'BACKUP_S3_ENDPOINT' is 'http://minio:9000'")]
    [InlineData("BACKUP_S3_BUCKET=shelf;BACKUP_S3_AUTH_PROXY_ENDPOINT=proxy", "'BACKUP_S3_AUTH_PROXY_ENDPOINT'")]
    [InlineData("BACKUP_S3_BUCKET=shelf;BASALT_BACKUP_OVERRIDE_BUCKETS=A", "BASALT_BACKUP_OVERRIDE_BUCKETS")]
    public void Settings_ThatAreMissingOrWrong_AreRefusedByName(string variables, string part)
    {
        var failure = Assert.Throws<SettingsException>(() => Read($"{variables};AWS_ACCESS_KEY_ID=key;AWS_SECRET_ACCESS_KEY=TOPSECRET"));

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TOPSECRET", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_WhenTheModuleIsNotNamed_AreLeftAlone() =>
        Assert.Null(SettingsReader.Read(Variables("ENABLE_MODULES=backup-filesystem;BACKUP_FILESYSTEM_PATH=/b;BACKUP_S3_BUCKET=X")).S3Backup);

    private static S3BackendOptions? Read(string variables) =>
        SettingsReader.Read(Variables($"ENABLE_MODULES=backup-s3;{variables}")).S3Backup;

    private static Dictionary<string, string> Variables(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
