using System.Globalization;
using System.Text;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Tests.Support.Faults;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.KillMatrix;

/// <summary>A data directory with two classes, to be copied for each point, and how many steps a backup and a restore of it have.</summary>
public sealed class StoppedImport : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _copies;

    /// <summary>The objects of both classes.</summary>
    public SortedDictionary<string, string> Objects { get; private set; } = [];

    /// <summary>The writes of a backup that nobody disturbs. Reads are no steps: those that ask for its status are among them.</summary>
    public int StepsOfABackup { get; private set; }

    /// <summary>The requests of a restore that nobody disturbs, see <see cref="IsStepOfARestore"/>.</summary>
    public int StepsOfARestore { get; private set; }

    /// <summary>The path in the bucket with the backup <c>good</c>, for restores.</summary>
    public string GoodPath { get; } = $"kill/{Guid.NewGuid():N}";

    private string Template => _directory["template"];

    public async Task InitializeAsync()
    {
        await using FaultProxy proxy = await StartProxyAsync();
        int steps = 0;
        int writes = 0;
        proxy.Before = call =>
        {
            Interlocked.Add(ref steps, IsStepOfARestore(call) ? 1 : 0);
            Interlocked.Add(ref writes, call.IsWrite ? 1 : 0);
            return Task.CompletedTask;
        };
        await using (ServerProcess server = await StartServerAsync(Template, proxy, GoodPath))
        {
            await ImportAsync(server.Client, "Book", 3_000);
            await server.Client.CreateClassAsync("Author", 30);
            Objects = await ReadAsync(server.Client);
            int before = writes;
            (await server.Client.PostAsync("/v1/backups/s3", """{"id":"good"}""")).Expect(200);
            await server.Client.EndOfAsync("/v1/backups/s3/good", "SUCCESS");
            StepsOfABackup = writes - before;
            server.Terminate();
            await server.ExitAsync();
        }

        await using (ServerProcess server = await StartServerAsync(Copy(), proxy, GoodPath))
        {
            await DropAsync(server.Client);
            int before = steps;
            (await server.Client.PostAsync("/v1/backups/s3/good/restore", "{}")).Expect(200);
            await server.Client.EndOfAsync("/v1/backups/s3/good/restore", "SUCCESS");
            StepsOfARestore = steps - before;
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    /// <summary>A copy of the data directory.</summary>
    public string Copy()
    {
        string copy = _directory[string.Create(CultureInfo.InvariantCulture, $"copy-{Interlocked.Increment(ref _copies)}")];
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Template))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>
    /// Whether a request is a step of a restore. Those that ask where a backup or restore stands are none: how many there are depends on how often
    /// one asks, and on what the server still looks up after its start.
    /// </summary>
    internal static bool IsStepOfARestore(ProxiedCall call) =>
        !call.Target.Contains("list-type=", StringComparison.Ordinal)
        && !call.Target.Contains("/claim-", StringComparison.Ordinal)
        && !call.Target.Contains("/outcome-", StringComparison.Ordinal)
        && !call.Target.Contains("/.repo/repo-", StringComparison.Ordinal);

    /// <summary>A proxy before the shared store.</summary>
    public static async Task<FaultProxy> StartProxyAsync() => await FaultProxy.StartAsync((await RadosGateway.SharedAsync).Endpoint);

    /// <summary>A server whose store is behind a proxy.</summary>
    internal static async Task<ServerProcess> StartServerAsync(string data, FaultProxy proxy, string path)
    {
        RadosGateway gateway = await RadosGateway.SharedAsync;
        return await ServerProcess.StartAsync(data, new Dictionary<string, string>
        {
            ["ENABLE_MODULES"] = "backup-s3",
            ["BACKUP_S3_BUCKET"] = gateway.Bucket,
            ["BACKUP_S3_PATH"] = path,
            ["BACKUP_S3_ENDPOINT"] = proxy.Endpoint,
            ["BACKUP_S3_USE_SSL"] = "false",
            ["AWS_ACCESS_KEY_ID"] = gateway.AccessKey,
            ["AWS_SECRET_ACCESS_KEY"] = gateway.SecretKey,
        });
    }

    /// <summary>The objects of both classes, as they are served.</summary>
    internal static async Task<SortedDictionary<string, string>> ReadAsync(ApiClient client)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in (string[])["Book", "Author"])
        {
            foreach ((string id, string text) in await client.ReadObjectsAsync(name))
            {
                all[$"{name}/{id}"] = text;
            }
        }

        return all;
    }

    /// <summary>How a backup or restore ended; <c>ABSENT</c> if the server knows of none.</summary>
    internal static async Task<string> EndAsync(ApiClient client, string path)
    {
        string status = "";
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!HasEnded(status) && status != "ABSENT")
        {
            await Task.Delay(20, patience.Token);
            status = await StatusAsync(client, path);
        }

        if (status == "FAILED")
        {
            Assert.NotEmpty((await client.GetAsync(path)).Json.GetProperty("error").GetString()!);
        }

        return status;
    }

    /// <summary>Whether a state is final.</summary>
    internal static bool HasEnded(string status) => status is "SUCCESS" or "FAILED" or "CANCELED";

    /// <summary>The state of a backup or restore; <c>ABSENT</c> if the server knows of none.</summary>
    internal static async Task<string> StatusAsync(ApiClient client, string path)
    {
        ApiResponse response = await client.GetAsync(path);
        return response.Status == 404 ? "ABSENT" : response.Expect(200).Json.GetProperty("status").GetString()!;
    }

    internal static async Task DropAsync(ApiClient client)
    {
        await client.DeleteAsync("/v1/schema/Book");
        await client.DeleteAsync("/v1/schema/Author");
    }

    /// <summary>Texts that do not compress, so that segments are large enough for extents of their own.</summary>
    private static async Task ImportAsync(ApiClient client, string name, int count)
    {
        await client.CreateClassAsync(name, 0);
        var random = new Random(1);
        byte[] noise = new byte[150];
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(500))
        {
            var body = new StringBuilder("{\"objects\":[");
            foreach (int number in batch)
            {
                random.NextBytes(noise);
                body.Append(body[^1] == '}' ? "," : "").Append(CultureInfo.InvariantCulture, $$$"""{"class":"{{{name}}}","id":"{{{BackupClient.ObjectId(number)}}}","properties":{"title":"{{{Convert.ToHexString(noise)}}}"}}""");
            }

            (await client.PostAsync("/v1/batch/objects", body.Append("]}").ToString())).Expect(200);
        }
    }
}
