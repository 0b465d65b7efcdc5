using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Hostile;

/// <summary>A repository in memory with one good backup, and a database that reads from it.</summary>
public abstract class HostileRepositoryTest : DisposableTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Workbench _bench = new();

    private protected HostileRepositoryTest()
    {
        Source = _bench.OpenDatabase();
        Contents.Fill(Source, "Book/s1/objects", 40, seed: 1);
        Source.FlushAsync().GetAwaiter().GetResult();
        Contents.Fill(Source, "Author", 3, seed: 2, valueBytes: 40);
        Source.CreateKeyspace("Empty");
        _bench.OpenService(Source, backend: Memory).CreateAsync(new BackupRequest("b1")).GetAwaiter().GetResult();
        Good = Memory.Objects.ToDictionary(entry => entry.Key, entry => entry.Value);
        Target = _bench.OpenDatabase("target");
        Service = _bench.OpenService(Target, backend: Memory);
        Forger = new RepositoryForger(Memory);
    }

    private protected MemoryBackend Memory { get; } = new();

    /// <summary>The objects before anything was forged.</summary>
    private protected IReadOnlyDictionary<string, byte[]> Good { get; }

    private protected Database Source { get; }

    private protected Database Target { get; }

    private protected BackupService Service { get; }

    private protected RepositoryForger Forger { get; }

    public override async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts the good objects back and removes all others.</summary>
    private protected void Heal()
    {
        foreach (string key in Memory.Objects.Keys.Except(Good.Keys).ToArray())
        {
            Memory.Objects.TryRemove(key, out _);
        }

        foreach ((string key, byte[] bytes) in Good)
        {
            Memory.Objects[key] = bytes;
        }
    }

    /// <summary>The restore is refused, with the key of an object in the message; nothing of it is in the database or on its way in.</summary>
    private protected async Task<BackupException> AssertRefusedAsync(string key)
    {
        BackupException failure = await Assert.ThrowsAsync<BackupException>(() => Service.RestoreAsync("b1").WaitAsync(Patience));
        Assert.True(
            failure.Error is BackupError.Corrupted or BackupError.UnsupportedFormat && failure.ObjectKey == key
                && failure.Message.Contains(key, StringComparison.Ordinal),
            failure.ToString());
        AssertNothingStaged();
        return failure;
    }

    private protected void AssertNothingStaged()
    {
        Assert.Empty(Target.Keyspaces);
        Assert.Empty(_bench.StagedFiles("target"));
    }

    /// <summary>Does all that reads a repository; each ends well or with a failure that is told.</summary>
    private protected async Task ReadEverythingAsync()
    {
        await ToleratedAsync(() => Service.ListAsync());
        await ToleratedAsync(() => Service.GetStatusAsync("b1"));
        await ToleratedAsync(() => Service.Repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full }));
        await ToleratedAsync(() => Service.RestoreAsync("b1"));
        Target.DropKeyspaces([.. Target.Keyspaces]);
        AssertNothingStaged();
        await ToleratedAsync(() => Service.RecoverAsync());
        await ToleratedAsync(() => Service.Repository.CollectGarbageAsync(Workbench.AtOnce));
        await ToleratedAsync(async () =>
        {
            await using var service = new BackupService(Source, Memory, Workbench.BackupOptions);
            await service.CreateAsync(new BackupRequest("b2"));
        });
    }

    private static async Task ToleratedAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(Patience);
        }
        catch (BackupException told) when (told.Error != BackupError.Unexpected)
        {
            // What it is for.
        }
    }
}
