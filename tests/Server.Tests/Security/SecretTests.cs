using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Basalt.Backup.S3;
using Basalt.Server.Configuration;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Security;

/// <summary>
/// Secrets of every kind are given to real processes, which then fail in every way: nothing that they write, answer or show in the list of
/// processes has one of them.
/// </summary>
public sealed class SecretTests : IDisposable
{
    private const string Key = "apikeySECRETa9f3";
    private const string OtherKey = "apikeySECRETb7c1";
    private const string WrongKey = "wrongkeySECRETc5";
    private const string AccessKey = "AKIASECRETACCESSKEY0";
    private const string SecretKey = "awsSECRETkeyd4e8";
    private const string SessionToken = "sessionSECRETtokene2";
    private const string ProxyPassword = "proxySECRETf6";
    private const string CertificatePassword = "pfxSECRETg8";
    private const string AccessToken = "ya29SECRETtokenh1";
    private const string UrlPassword = "urlSECRETi3";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly string _privateKey;

    public SecretTests()
    {
        using var key = RSA.Create(2048);
        _privateKey = key.ExportPkcs8PrivateKeyPem();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Server_WhoseStoresRefuseEverything_ShowsNoSecret()
    {
        await using RefusingStore store = await RefusingStore.StartAsync(AccessToken);
        var seen = new List<string>();
        await using (ServerProcess server = await ServerProcess.StartAsync(_directory["data"], Environment(store.Endpoint)))
        {
            using var client = new ApiClient(server.Address, new("Bearer", Key));
            (await client.PostAsync("/v1/schema", """{"class":"Book"}""")).Expect(200);
            foreach (string backend in (string[])["s3", "gcs", "filesystem"])
            {
                seen.Add((await client.PostAsync($"/v1/backups/{backend}", """{"id":"b1"}""")).Text);
                seen.Add((await client.GetAsync($"/v1/backups/{backend}")).Text);
                seen.Add((await client.GetAsync($"/v1/backups/{backend}/b1")).Text);
                seen.Add((await client.PostAsync($"/v1/backups/{backend}/b1/restore", "{}")).Text);
                seen.Add((await client.PostAsync($"/v1/backups/{backend}/gc", "{}")).Text);
                seen.Add((await client.PostAsync($"/v1/backups/{backend}", $$$"""{"id":"b2","config":{"Bucket":"no-such","Path":"s3://u:{{{UrlPassword}}}@x"}}""")).Text
                    .Replace(UrlPassword, "what the caller said", StringComparison.Ordinal));
            }

            foreach (string path in (string[])["/v1/meta", "/metrics", "/v1/nodes?output=verbose", "/v1/openapi.json", "/v1/nothing"])
            {
                seen.Add((await client.GetAsync(path)).Text);
            }

            using var stranger = new ApiClient(server.Address, new("Bearer", WrongKey));
            seen.Add((await stranger.GetAsync("/v1/meta")).Text);
            seen.Add((await stranger.PostAsync("/v1/objects", "{}")).Text);
            seen.Add(await File.ReadAllTextAsync($"/proc/{server.Id}/cmdline"));
            server.Terminate();
            await server.ExitAsync();
            seen.AddRange(server.Output);
        }

        Assert.Contains(seen, text => text.Contains("SignatureDoesNotMatch", StringComparison.Ordinal));
        Assert.Contains(seen, text => text.Contains("The caller has no access", StringComparison.Ordinal));
        AssertNoSecret(seen);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", $"http://user:{UrlPassword}@127.0.0.1:0")]
    [InlineData("BACKUP_S3_ENDPOINT", $"http://user:{UrlPassword}@minio:9000")]
    [InlineData("BACKUP_S3_ENDPOINT", $"user:{UrlPassword}@minio:9000")]
    [InlineData("BACKUP_S3_BUCKET", $"s3://user:{UrlPassword}@bucket")]
    [InlineData("BACKUP_S3_PATH", $"https://user:{UrlPassword}@minio/path")]
    [InlineData("BACKUP_GCS_BUCKET", $"gs://user:{UrlPassword}@bucket?token={UrlPassword}")]
    [InlineData("STORAGE_EMULATOR_HOST", $"http://user:{UrlPassword}@emulator:4443/x")]
    [InlineData("BASALT_MAX_REQUEST_BYTES", $"https://user:{UrlPassword}@host")]
    [InlineData("AUTHENTICATION_APIKEY_USERS", "a,b,c")]
    [InlineData("GOOGLE_APPLICATION_CREDENTIALS", "/nothing/there.json")]
    [InlineData("Kestrel__Certificates__Default__Path", "/nothing/there.pfx")]
    [InlineData("PERSISTENCE_DATA_PATH", "/proc/nothing")]
    [InlineData("BACKUP_FILESYSTEM_PATH", $"s3://user:{UrlPassword}@bucket/path")]
    public async Task Start_ThatFailsOrNot_ShowsNoSecret(string variable, string value)
    {
        await using RefusingStore store = await RefusingStore.StartAsync(AccessToken);
        Dictionary<string, string> environment = Environment(store.Endpoint);
        environment["PERSISTENCE_DATA_PATH"] = _directory["data"];
        environment["ASPNETCORE_URLS"] = "http://127.0.0.1:-1";
        environment[variable] = value;

        // The address above ends the start at the latest.
        (int code, string output) = await RunAsync(environment);

        Assert.NotEqual(0, code);
        Assert.NotEmpty(output);
        AssertNoSecret([output]);
    }

    [Theory]
    [InlineData("backup", "list", $"s3://{AccessKey}:{SecretKey}@shelf/path")]
    [InlineData("backup", "list", $"gs://shelf/path?token={AccessToken}")]
    [InlineData("backup", "list", $"ftp://user:{UrlPassword}@host/path")]
    [InlineData("backup", "list", "s3://shelf/path")]
    [InlineData("backup", "show", "s3://shelf/path", "b1")]
    [InlineData("backup", "verify", "gs://shelf/path", "b1")]
    [InlineData("backup", "probe", "s3://shelf/path")]
    [InlineData("backup", "probe", "gs://shelf/path")]
    [InlineData("backup", "create", "s3://shelf/path", "b1", "--data", "/nothing")]
    [InlineData("--urls", $"http://user:{UrlPassword}@127.0.0.1:1/x")]
    public async Task Command_ThatFails_ShowsNoSecret(params string[] arguments)
    {
        await using RefusingStore store = await RefusingStore.StartAsync(AccessToken);

        (int code, string output) = await RunAsync(Environment(store.Endpoint), arguments);

        Assert.NotEqual(0, code);
        Assert.NotEmpty(output);
        AssertNoSecret([output]);
    }

    [Fact]
    public async Task CredentialsFile_WhenItCannotBeRead_IsNotQuoted()
    {
        await using RefusingStore store = await RefusingStore.StartAsync(AccessToken);
        Dictionary<string, string> environment = Environment(store.Endpoint);
        await File.WriteAllTextAsync(environment["GOOGLE_APPLICATION_CREDENTIALS"], $"{{\"type\":\"service_account\",\"private_key\":\"{UrlPassword}\",,}}");

        (int code, string output) = await RunAsync(environment, "backup", "list", "gs://shelf/path");

        Assert.NotEqual(0, code);
        AssertNoSecret([output]);
    }

    [Fact]
    public void Settings_AsText_HaveNoSecret()
    {
        Dictionary<string, string> environment = Environment("127.0.0.1:1");
        environment["PERSISTENCE_DATA_PATH"] = _directory["data"];

        ServerSettings settings = SettingsReader.Read(environment);

        Assert.Equal(SecretKey, settings.S3Backup!.Credentials!.SecretKey);
        AssertNoSecret([
            settings.ToString(), $"{settings.Access}", $"{settings.Access.Keys[0]}", $"{settings.S3Backup}", $"{settings.S3Backup.Credentials}",
            $"{settings.GcsBackup}", $"{new S3Credentials(AccessKey, SecretKey, SessionToken)}",
        ]);
    }

    [Theory]
    [InlineData("http://user:pass@host:80/", "http://***@host:80/")]
    [InlineData("user:pa/ss@wo@host", "***@host")]
    [InlineData("s3://bucket/path?key=x", "s3://bucket/path?***")]
    [InlineData("http://host", "http://host")]
    [InlineData("a?b", "a?b")]
    [InlineData("", "")]
    public void Hide_TakesOutUserAndQuery(string text, string expected) => Assert.Equal(expected, UrlSecrets.Hide(text));

    private Dictionary<string, string> Environment(string endpoint)
    {
        string credentials = _directory["credentials.json"];
        File.WriteAllText(credentials, JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "p",
            private_key_id = "1",
            private_key = _privateKey,
            client_email = "robot@p.iam.gserviceaccount.com",
            client_id = "1",
            token_uri = $"http://{endpoint}/token",
        }));
        return new Dictionary<string, string>
        {
            ["LOG_LEVEL"] = "trace",
            ["AUTHENTICATION_APIKEY_ENABLED"] = "true",
            ["AUTHENTICATION_APIKEY_ALLOWED_KEYS"] = $"{Key},{OtherKey}",
            ["AUTHENTICATION_APIKEY_USERS"] = "ann,bob",
            ["ENABLE_MODULES"] = "backup-filesystem,backup-s3,backup-gcs",
            ["BACKUP_FILESYSTEM_PATH"] = _directory["backups"],
            ["BACKUP_S3_BUCKET"] = "shelf",
            ["BACKUP_S3_ENDPOINT"] = endpoint,
            ["BACKUP_S3_USE_SSL"] = "false",
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = AccessKey,
            ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
            ["AWS_SESSION_TOKEN"] = SessionToken,
            ["BACKUP_GCS_BUCKET"] = "shelf",
            ["BACKUP_GCS_USE_AUTH"] = "true",
            ["STORAGE_EMULATOR_HOST"] = endpoint,
            ["GOOGLE_APPLICATION_CREDENTIALS"] = credentials,
            ["HTTP_PROXY"] = $"http://proxy:{ProxyPassword}@127.0.0.1:1",
            ["HTTPS_PROXY"] = $"http://proxy:{ProxyPassword}@127.0.0.1:1",
            ["NO_PROXY"] = "127.0.0.1",
            ["Kestrel__Certificates__Default__Password"] = CertificatePassword,
        };
    }

    /// <summary>Runs the server's program to its end.</summary>
    private static async Task<(int Code, string Output)> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "Basalt.Server.dll"), .. arguments];
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Patience);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private void AssertNoSecret(IEnumerable<string> seen)
    {
        string text = string.Join('\n', seen);
        string[] secrets =
        [
            Key, OtherKey, WrongKey, AccessKey, SecretKey, SessionToken, ProxyPassword, CertificatePassword, AccessToken, UrlPassword,
            .. _privateKey.Split('\n').Where(line => line.Length > 40),
        ];
        foreach (string secret in secrets)
        {
            int at = text.IndexOf(secret, StringComparison.Ordinal);
            Assert.True(at < 0, at < 0 ? "" : $"'{secret}' is in: {text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 300)]}");
        }
    }
}
