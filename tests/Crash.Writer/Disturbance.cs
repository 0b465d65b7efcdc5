using System.Globalization;
using Basalt.Engine;

namespace Basalt.Crash.Writer;

/// <summary>Whatever moves files beside the writers: flushes, compactions, leases, and keyspaces that come and go.</summary>
public sealed class Disturbance(Database database, Report report, Random random, Func<long[]> counts)
{
    private const int MostLeases = 3;

    private int _keyspaces;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            switch (random.Next(6))
            {
                case 0:
                    await database.FlushAsync(CancellationToken.None);
                    break;
                case 1:
                    await database.CompactAsync(database.Keyspaces[random.Next(database.Keyspaces.Count)], CancellationToken.None);
                    break;
                case 2:
                    await LeaseAsync();
                    break;
                case 3 when database.Leases.Count > MostLeases:
                    await ReleaseAsync(database.Leases[0].Id);
                    break;
                case 4:
                    CreateAndDrop();
                    break;
                default:
                    await Task.WhenAny(Task.Delay(random.Next(10), stop));
                    break;
            }
        }
    }

    private async Task LeaseAsync()
    {
        long[] before = counts();
        SnapshotHandle handle = await database.CreateSnapshotAsync(new SnapshotOptions { Owner = "crash test" });
        handle.Detach();
        report.Leased(handle.Id, before);
    }

    private async Task ReleaseAsync(Guid lease)
    {
        report.Releasing(lease);
        await using SnapshotHandle handle = await database.ReopenSnapshotAsync(lease);
    }

    private void CreateAndDrop()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"passing {_keyspaces++ % 4}");
        Keyspace keyspace = database.GetOrCreateKeyspace(name);
        database.Put(keyspace, "k"u8, new byte[random.Next(2000)]);
        if (random.Next(2) == 0)
        {
            database.DropKeyspace(keyspace);
        }
    }
}
