using Basalt.Backup.Gcs;
using Basalt.Server.Configuration;

namespace Basalt.Server.Tests.Configuration;

public sealed class GcsReaderTests
{
    [Fact]
    public void Settings_WithOnlyABucket_AreForGoogle() =>
        Assert.Equal(new GcsBackendOptions { Bucket = "shelf" }, Read("BACKUP_GCS_BUCKET=shelf"));

    [Theory]
    [InlineData("localhost:4443", "http://localhost:4443/")]
    [InlineData("http://emulator:4443", "http://emulator:4443/")]
    public void Settings_WithAnEmulator_GoThereWithoutTokens(string host, string endpoint) =>
        Assert.Equal(
            new GcsBackendOptions { Bucket = "shelf", Path = "a/b", Endpoint = new Uri(endpoint), UseAuthentication = false },
            Read($"BACKUP_GCS_BUCKET=shelf;BACKUP_GCS_PATH=/a/b/;STORAGE_EMULATOR_HOST={host}"));

    [Fact]
    public void Settings_SayWhetherTokensAreSent()
    {
        Assert.False(Read("BACKUP_GCS_BUCKET=shelf;BACKUP_GCS_USE_AUTH=false")!.UseAuthentication);
        Assert.True(Read("BACKUP_GCS_BUCKET=shelf;BACKUP_GCS_USE_AUTH=true;STORAGE_EMULATOR_HOST=127.0.0.1:1")!.UseAuthentication);
    }

    [Theory]
    [InlineData("", "'BACKUP_GCS_BUCKET' must be set")]
    [InlineData("BACKUP_GCS_BUCKET=Shelf", "'BACKUP_GCS_BUCKET' is 'Shelf'")]
    [InlineData("BACKUP_GCS_BUCKET=shelf;BACKUP_GCS_PATH=a//b", "'BACKUP_GCS_PATH' is 'a//b'")]
    [InlineData("BACKUP_GCS_BUCKET=shelf;STORAGE_EMULATOR_HOST=http://host/path", "'STORAGE_EMULATOR_HOST' is 'http://host/path'")]
    [InlineData("BACKUP_GCS_BUCKET=shelf;STORAGE_EMULATOR_HOST=elsewhere;BACKUP_GCS_USE_AUTH=true", "tokens go over https")]
    [InlineData("BACKUP_GCS_BUCKET=shelf;BACKUP_GCS_USE_AUTH=perhaps", "BACKUP_GCS_USE_AUTH")]
    [InlineData("BACKUP_GCS_BUCKET=shelf;BACKUP_GCS_AUTH_PROXY_ENDPOINT=proxy", "'BACKUP_GCS_AUTH_PROXY_ENDPOINT'")]
    public void Settings_ThatAreMissingOrWrong_AreRefusedByName(string variables, string part)
    {
        var failure = Assert.Throws<SettingsException>(() => Read(variables));

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_WhenTheModuleIsNotNamed_AreLeftAlone() =>
        Assert.Null(SettingsReader.Read(Variables("ENABLE_MODULES=backup-filesystem;BACKUP_FILESYSTEM_PATH=/b;BACKUP_GCS_BUCKET=X")).GcsBackup);

    private static GcsBackendOptions? Read(string variables) =>
        SettingsReader.Read(Variables($"ENABLE_MODULES=backup-gcs;{variables}")).GcsBackup;

    private static Dictionary<string, string> Variables(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
