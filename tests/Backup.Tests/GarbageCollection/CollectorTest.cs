using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.GarbageCollection;

/// <summary>A database with one collection and a service, for tests of collectors.</summary>
public abstract class CollectorTest : DisposableTest
{
    private protected CollectorTest()
    {
        Source = Bench.OpenDatabase();
        Service = Bench.OpenService(Source);
        Contents.Fill(Source, "Book", 2_000, seed: 1);
        Source.FlushAsync().GetAwaiter().GetResult();
    }

    private protected Workbench Bench { get; } = new();

    private protected Database Source { get; }

    private protected BackupService Service { get; }

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Bench.DisposeAsync();
    }

    private protected Task<string[]> DataAsync() => Bench.KeysAsync(RepositoryLayout.DataPrefix);

    private protected async Task AssertRestoresAsync(string id)
    {
        Database target = Bench.OpenDatabase("restored-" + id);
        await Bench.OpenService(target).RestoreAsync(id);
        Assert.Equal(Contents.Read(Source, name => name == "Book"), Contents.Read(target, name => name == "Book"));
    }
}
