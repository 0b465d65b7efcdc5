using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Basalt.Backup.Gcs.Tests.Support;
using Basalt.Backup.Tests.Support.Gcs;
using Basalt.Tests.Support;

namespace Basalt.Backup.Gcs.Tests;

/// <summary>The command line, in a process of its own, with a key file that its environment names.</summary>
public sealed class ApplicationDefaultCredentialsTests
{
    [Theory]
    [InlineData("token-1", 3, "no backup repository")]
    [InlineData("another", 1, "401")]
    public async Task List_WithAKeyFile_ShowsItsTokenToTheServer(string accepted, int code, string message)
    {
        await using FakeGcs server = await FakeGcs.StartAsync();
        await using TokenServer tokens = await TokenServer.StartAsync();
        server.Tokens.Add(accepted);
        using var directory = new TemporaryDirectory();
        string key = directory["key.json"];
        await File.WriteAllTextAsync(key, KeyFile(tokens.Address));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Basalt.Server.dll"), "backup", "list", "gs://shelf/wv"])
        {
            RedirectStandardError = true,
            Environment =
            {
                ["GOOGLE_APPLICATION_CREDENTIALS"] = key,
                ["STORAGE_EMULATOR_HOST"] = server.Endpoint.Authority,
                ["BACKUP_GCS_USE_AUTH"] = "true",
            },
        };

        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == code, errors);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.InRange(tokens.Given, 1, 10);
        Assert.DoesNotContain("token-", errors, StringComparison.Ordinal);
    }

    private static string KeyFile(Uri tokens)
    {
        using RSA key = RSA.Create(2048);
        return JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "demo-basalt",
            private_key_id = "1",
            private_key = key.ExportPkcs8PrivateKeyPem(),
            client_email = "basalt@demo-basalt.iam.gserviceaccount.com",
            client_id = "1",
            token_uri = tokens.ToString(),
        });
    }
}
