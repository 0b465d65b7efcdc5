using System.Text;
using Basalt.Backup.S3.Tests.Support;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.S3.Tests;

/// <summary>A store that does not keep its promises never holds a backup that is called good.</summary>
public sealed class LyingStoreTests
{
    [Fact]
    public async Task Create_OnAStoreThatIgnoresConditions_IsRefusedAndTheVerdictIsStored()
    {
        using S3Rver server = await S3Rver.StartAsync();
        using var backend = new S3Backend(server.Options);
        using var directory = new TemporaryDirectory();
        await using Database source = Filled(directory);
        await using var service = new BackupService(source, backend);

        foreach (string id in (string[])["first", "second"])
        {
            var failure = await Assert.ThrowsAsync<BackupException>(() => service.CreateAsync(new BackupRequest(id)));

            Assert.Equal(BackupError.BackendFailure, failure.Error);
            Assert.Contains("The store at", failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await service.ListAsync());
        BackendEntry verdict = Assert.Single(await backend.ListAsync("").ToListAsync());
        Assert.StartsWith(".repo/caps/", verdict.Key, StringComparison.Ordinal);
        using var reader = new StreamReader((await backend.OpenReadAsync(verdict.Key))!, Encoding.UTF8);
        Assert.Contains("absent", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_OnAStoreThatIgnoresConditionsIfThatIsAllowed_FailsOrIsAsGoodAsItIsCalled()
    {
        using S3Rver server = await S3Rver.StartAsync();
        using var backend = new S3Backend(server.Options);
        using var directory = new TemporaryDirectory();
        await using Database source = Filled(directory);
        await using var service = new BackupService(source, backend, new BackupOptions { AllowDegradedStores = true });

        BackupException? failure = await Record.ExceptionAsync(() => service.CreateAsync(new BackupRequest("b1"))) as BackupException;

        if (failure is not null)
        {
            Assert.Contains(failure.Error, (BackupError[])[BackupError.BackendFailure, BackupError.Corrupted]);
            Assert.DoesNotContain(await service.ListAsync(), backup => backup.State == BackupState.Success);
            return;
        }

        BackupSummary made = (await service.GetStatusAsync("b1"))!;
        Assert.Equal((BackupState.Success, true), (made.State, made.IsDegraded));
        Assert.True((await service.Repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full })).IsGood);
        await using Database target = Database.Open(directory["target"]);
        await using var restorer = new BackupService(target, backend);
        await restorer.RestoreAsync("b1");
        Assert.Equal(Contents.Read(source), Contents.Read(target));
    }

    private static Database Filled(TemporaryDirectory directory)
    {
        Database source = Database.Open(directory["source"]);
        Contents.Fill(source, "Book", 100, seed: 1);
        return source;
    }
}
