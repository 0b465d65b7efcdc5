using System.Text;
using Basalt.Backup.S3.Tests.Support;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.S3.Tests;

/// <summary>A store that does not keep its promises never holds a backup that is called good.</summary>
public sealed class LyingStoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_OnAStoreThatIgnoresConditionsAndChangesBytes_IsRefusedEvenIfDegradedStoresAreAllowed(bool isAllowed)
    {
        using S3Rver server = await S3Rver.StartAsync();
        using var backend = new S3Backend(server.Options);
        using var directory = new TemporaryDirectory();
        await using Database source = Database.Open(directory["source"]);
        Contents.Fill(source, "Book", 100, seed: 1);
        await using var service = new BackupService(source, backend, new BackupOptions { AllowDegradedStores = isAllowed });

        foreach (string id in (string[])["first", "second"])
        {
            var failure = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest(id)));

            Assert.Equal(BackupError.BackendFailure, failure.Error);
            Assert.Contains("cannot hold backups", failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await service.ListAsync());
        BackendEntry verdict = Assert.Single(await backend.ListAsync("").ToListAsync());
        Assert.StartsWith(".repo/caps/", verdict.Key, StringComparison.Ordinal);
        using var reader = new StreamReader((await backend.OpenReadAsync(verdict.Key))!, Encoding.UTF8);
        Assert.Contains("absent", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }
}
