using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Service;

/// <summary>Each shard has a small document, and all time of one goes into waiting for the store: so many are on their way at a time.</summary>
public sealed class ManyShardsTests : DisposableTest
{
    private const int Shards = 40;

    /// <summary>Four for each of two transfers.</summary>
    private const int AtATime = 8;

    private static readonly BackupOptions Options = Workbench.BackupOptions with { Parallelism = 2 };
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Workbench _bench = new();

    [Fact]
    public async Task CreateAndRestore_WhenThereAreManyShards_HaveManyListsOnTheirWay()
    {
        Database source = OpenSource();
        _bench.Backend.BeforePut = Meeting();
        await _bench.OpenService(source, Options).CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        _bench.Backend.BeforeOpen = Meeting();
        await _bench.OpenService(target, Options).RestoreAsync("b1");

        Assert.Equal(Contents.Read(source), Contents.Read(target));
    }

    [Fact]
    public async Task Restore_WhenAListIsMissing_NamesItAndRestoresNothing()
    {
        await _bench.OpenService(OpenSource(), Options).CreateAsync(new BackupRequest("b1"));
        string missing = Directory.GetFiles(_bench.Repository.Root, "shard-*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ElementAt(Shards / 2);
        File.Delete(missing);
        Database target = _bench.OpenDatabase("target");

        BackupException failed = await Assert.ThrowsAsync<BackupException>(() => _bench.OpenService(target, Options).RestoreAsync("b1"));

        Assert.Equal(BackupError.Corrupted, failed.Error);
        Assert.EndsWith(Path.GetFileName(missing), failed.ObjectKey, StringComparison.Ordinal);
        Assert.Empty(target.Keyspaces);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>Shard lists wait until as many as there may be are waiting; those that come later pass.</summary>
    private static Func<string, Task> Meeting()
    {
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int come = 0;
        return key =>
        {
            if (!key.Contains("/shard-", StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            if (Interlocked.Increment(ref come) == AtATime)
            {
                all.SetResult();
            }

            return all.Task.WaitAsync(Patience);
        };
    }

    private Database OpenSource()
    {
        Database source = _bench.OpenDatabase();
        for (int shard = 0; shard < Shards; shard++)
        {
            Contents.Fill(source, $"Book{shard}", 3, seed: shard);
        }

        return source;
    }
}
