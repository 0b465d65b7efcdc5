using Basalt.Backup.Tests.Support;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Cluster;

/// <summary>Databases of several nodes around one repository, and what a coordinator does with them.</summary>
internal sealed class ClusterBench(Workbench? bench = null) : IAsyncDisposable
{
    private readonly Dictionary<string, (Database Database, BackupService Service)> _nodes = new(StringComparer.Ordinal);

    public Workbench Bench { get; } = bench ?? new Workbench();

    /// <summary>The repository as the coordinator sees it.</summary>
    public BackupRepository Repository => field ??= new BackupRepository(Bench.Backend, Workbench.BackupOptions with { NodeName = "n1" });

    public IEnumerable<string> Nodes => _nodes.Keys;

    public Database DatabaseOf(string node) => _nodes[node].Database;

    public BackupService ServiceOf(string node) => _nodes[node].Service;

    /// <summary>Opens a node with shards of class Book, the class's schema, and a collection that only it has.</summary>
    public void AddNode(string node, params string[] shards)
    {
        Open(node, node);
        foreach (string shard in shards)
        {
            Contents.Fill(DatabaseOf(node), $"Book/{shard}/objects", 500, seed: shard.GetHashCode(StringComparison.Ordinal) & 0xffff);
            Contents.Fill(DatabaseOf(node), $"Book/{shard}/index", 5, seed: 7);
        }

        Contents.Fill(DatabaseOf(node), "Book//schema", 1, seed: 99);
    }

    /// <summary>Opens a node on a database, which may be what an earlier run of it left.</summary>
    public void Open(string node, string folder, DatabaseOptions? options = null)
    {
        Database database = Bench.OpenDatabase(folder, options);
        _nodes[node] = (database, Bench.OpenService(database, Workbench.BackupOptions with { NodeName = node }));
    }

    public Task<BackupTicket> ClaimAsync(string id, Guid? operation = null) =>
        Repository.ClaimAsync(new BackupRequest(id), ["Book"], [.. _nodes.Keys], operation ?? Guid.CreateVersion7());

    /// <summary>Makes a whole backup.</summary>
    public async Task<BackupSummary> CreateAsync(string id, long? instant = 17)
    {
        BackupTicket ticket = await ClaimAsync(id);
        List<StoredShare> stored = [];
        List<BackupShare> shares = [];
        foreach (string node in Nodes)
        {
            BackupShare share = await ServiceOf(node).OpenShareAsync(ticket);
            await share.CutAsync(instant);
            shares.Add(share);
        }

        foreach (BackupShare share in shares)
        {
            stored.Add(await share.TransferAsync());
        }

        BackupSummary summary = await Repository.CommitAsync(ticket, stored);
        foreach (BackupShare share in shares)
        {
            await share.ReleaseAsync();
            await share.DisposeAsync();
        }

        return summary;
    }

    /// <summary>What all nodes hold together; what belongs to the whole class once.</summary>
    public SortedDictionary<string, string> ReadAll()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in Nodes.SelectMany(node => Contents.Read(DatabaseOf(node))))
        {
            all[key] = value;
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        Repository.Dispose();
        if (bench is null)
        {
            await Bench.DisposeAsync();
        }
    }
}
