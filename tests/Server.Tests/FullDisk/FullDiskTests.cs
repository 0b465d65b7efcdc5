using System.Globalization;
using System.Text;
using System.Text.Json;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.FullDisk;

/// <summary>
/// A real disk that is full, below the database or below its backups: clear errors, reads go on, what was acknowledged stays, and writes go on by
/// themselves once there is space.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private const int PerBatch = 50;

    private static readonly Dictionary<string, string> SmallMemtables = new()
    {
        ["BASALT_MEMTABLE_BYTES"] = (1 << 20).ToString(CultureInfo.InvariantCulture),
    };

    private readonly SmallDisk _disk = new(mebibytes: 48);
    private readonly TemporaryDirectory _elsewhere = new();

    public void Dispose()
    {
        _disk.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task Import_UntilTheDiskIsFull_IsRefusedKeepsAllThatWasAcknowledgedAndGoesOn()
    {
        int acknowledged;
        _disk.Fill(mebibytes: 12);
        await using (ServerProcess server = await ServerProcess.StartAsync(_disk["data"], SmallMemtables))
        {
            await server.Client.CreateClassAsync("Book", 0);
            acknowledged = await ImportUntilRefusedAsync(server.Client, 0);
            await AssertAllThereAsync(server.Client, acknowledged);
            ApiResponse refused = await ImportAsync(server.Client, acknowledged);
            Assert.Equal(507, refused.Status);
            Assert.Contains("There is no disk space", refused.Text, StringComparison.Ordinal);
            Assert.Contains(server.Output, line => line.Contains("There is no disk space", StringComparison.Ordinal));

            // What frees space works on a full disk; the rest then goes on without a restart.
            (await server.Client.DeleteAsync("/v1/schema/Book")).Expect(200);
            await UntilAsync(() => server.Client.PostAsync("/v1/schema", """{"class":"Book","properties":[{"name":"title","dataType":["text"]}]}"""));
            await UntilAsync(() => ImportAsync(server.Client, 0));
            acknowledged = await ImportUntilRefusedAsync(server.Client, 1);
            Assert.True(acknowledged > 10, "There was hardly any space after the class was gone.");
            await server.KillAsync();
        }

        // The full disk may be too full for a start, which replays the log; then it does not start, and loses nothing.
        await Record.ExceptionAsync(async () => await (await ServerProcess.StartAsync(_disk["data"], SmallMemtables)).DisposeAsync());
        _disk.Empty();
        await using ServerProcess restarted = await ServerProcess.StartAsync(_disk["data"], SmallMemtables);
        await AssertAllThereAsync(restarted.Client, acknowledged);
    }

    [Fact]
    public async Task Write_WhileSomebodyElseFillsTheDisk_GoesOnOnceTheyLeave()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_disk["data"], SmallMemtables);
        await server.Client.CreateClassAsync("Book", 0);
        _disk.Fill();
        int acknowledged = await ImportUntilRefusedAsync(server.Client, 0);
        await AssertAllThereAsync(server.Client, acknowledged);

        ApiResponse backup = await server.Client.PostAsync(BackupClient.Location, """{"id":"full"}""");
        string reason = backup.Status == 200
            ? (await server.Client.EndOfAsync($"{BackupClient.Location}/full", "FAILED")).GetProperty("error").GetString()!
            : backup.Text;
        Assert.Contains("space", reason, StringComparison.OrdinalIgnoreCase);

        _disk.Empty();

        await UntilAsync(() => ImportAsync(server.Client, acknowledged));
        await AssertAllThereAsync(server.Client, acknowledged + 1);
        await server.Client.BackUpAsync("good");
    }

    [Fact]
    public async Task Backup_ToAFullDisk_FailsClearlyAndTheNextOneIsGood()
    {
        Dictionary<string, string> environment = new()
        {
            ["ENABLE_MODULES"] = "backup-filesystem",
            ["BACKUP_FILESYSTEM_PATH"] = _disk["backups"],
        };
        await using ServerProcess server = await ServerProcess.StartAsync(_elsewhere["data"], environment);
        await server.Client.CreateClassAsync("Book", 0);
        for (int i = 0; i < 20; i++)
        {
            (await ImportAsync(server.Client, i)).Expect(200);
        }

        _disk.Fill();
        ApiResponse start = await server.Client.PostAsync(BackupClient.Location, """{"id":"b1"}""");
        string reason = start.Status == 200
            ? (await server.Client.EndOfAsync($"{BackupClient.Location}/b1", "FAILED")).GetProperty("error").GetString()!
            : start.Text;
        Assert.Contains("space", reason, StringComparison.OrdinalIgnoreCase);
        (await ImportAsync(server.Client, 20)).Expect(200);

        _disk.Empty();
        await server.Client.BackUpAsync("b2");
        (await server.Client.DeleteAsync("/v1/schema/Book")).Expect(200);
        await server.Client.RestoreAsync("b2");
        await AssertAllThereAsync(server.Client, 21);
    }

    [Fact]
    public async Task Restore_ToAFullDisk_FailsClearlyLeavesNothingAndWorksLater()
    {
        Dictionary<string, string> environment = new(SmallMemtables)
        {
            ["ENABLE_MODULES"] = "backup-filesystem",
            ["BACKUP_FILESYSTEM_PATH"] = _elsewhere["backups"],
        };
        await using ServerProcess server = await ServerProcess.StartAsync(_disk["data"], environment);
        await server.Client.CreateClassAsync("Book", 0);
        for (int i = 0; i < 20; i++)
        {
            (await ImportAsync(server.Client, i)).Expect(200);
        }

        await server.Client.BackUpAsync("b1");
        (await server.Client.DeleteAsync("/v1/schema/Book")).Expect(200);

        // Its files go a little later, and would give the restore their space.
        await Eventually.TrueAsync(() => new DirectoryInfo(_disk["data"]).GetFiles("*.seg").Sum(file => file.Length) < 1 << 20);
        _disk.Fill();
        ApiResponse start = await server.Client.PostAsync($"{BackupClient.Location}/b1/restore", "{}");
        string reason = start.Status == 200
            ? (await server.Client.EndOfAsync($"{BackupClient.Location}/b1/restore", "FAILED")).GetProperty("error").GetString()!
            : start.Text;
        Assert.Contains("space", reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(404, (await server.Client.GetAsync("/v1/schema/Book")).Status);

        _disk.Empty();
        await server.Client.RestoreAsync("b1");
        await AssertAllThereAsync(server.Client, 20);
    }

    private static async Task<int> ImportUntilRefusedAsync(ApiClient client, int first)
    {
        for (int batch = first; ; batch++)
        {
            ApiResponse response = await ImportAsync(client, batch);
            if (response.Status == 507)
            {
                return batch;
            }

            response.Expect(200);
        }
    }

    /// <summary>Asks again while there is no space.</summary>
    private static async Task UntilAsync(Func<Task<ApiResponse>> ask)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        ApiResponse response = await ask();
        while (response.Status == 507)
        {
            await Task.Delay(50, patience.Token);
            response = await ask();
        }

        response.Expect(200);
    }

    private static Task<ApiResponse> ImportAsync(ApiClient client, int batch)
    {
        var body = new StringBuilder("{\"objects\":[");
        foreach (int number in Enumerable.Range(batch * PerBatch, PerBatch))
        {
            body.Append(body[^1] == '}' ? "," : "")
                .Append(CultureInfo.InvariantCulture, $$$"""{"class":"Book","id":"{{{BackupClient.ObjectId(number)}}}","properties":{"title":"{{{Title(number)}}}"}}""");
        }

        return client.PostAsync("/v1/batch/objects", body.Append("]}").ToString());
    }

    /// <summary>Every object of the first batches has its title.</summary>
    private static async Task AssertAllThereAsync(ApiClient client, int batches)
    {
        int seen = 0;
        string after = "";
        while (true)
        {
            ApiResponse page = (await client.GetAsync($"/v1/objects?class=Book&limit=500&after={after}")).Expect(200);
            JsonElement[] objects = [.. page.Json.GetProperty("objects").EnumerateArray()];
            if (objects.Length == 0)
            {
                break;
            }

            foreach (JsonElement item in objects)
            {
                after = item.GetProperty("id").GetString()!;
                int number = int.Parse(after.Split('-')[^1], CultureInfo.InvariantCulture);
                Assert.Equal(Title(number), item.GetProperty("properties").GetProperty("title").GetString());
                seen += number < batches * PerBatch ? 1 : 0;
            }
        }

        Assert.Equal(batches * PerBatch, seen);
    }

    /// <summary>A text that does not compress.</summary>
    private static string Title(int number)
    {
        byte[] noise = new byte[500];
        new Random(number).NextBytes(noise);
        return Convert.ToHexString(noise);
    }
}
