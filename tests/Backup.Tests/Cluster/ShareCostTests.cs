using System.Collections.Concurrent;
using Basalt.Backup.Naming;
using Xunit.Abstractions;

namespace Basalt.Backup.Tests.Cluster;

/// <summary>
/// What a node's share costs the repository, and that it does not grow with the number of nodes. server/Cluster/SCALE.md has the figures.
/// </summary>
public sealed class ShareCostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Create_WithMoreNodes_CostsEachNodeNoMoreRequests()
    {
        Dictionary<string, int> few = await CountAsync(nodes: 2);
        Dictionary<string, int> many = await CountAsync(nodes: 6);

        foreach (string kind in few.Keys.Union(many.Keys).Order(StringComparer.Ordinal))
        {
            output.WriteLine($"{kind,-24} {few.GetValueOrDefault(kind),5} of 2 nodes {many.GetValueOrDefault(kind),5} of 6 nodes");
        }

        foreach (string kind in few.Keys.Where(kind => kind.StartsWith("share ", StringComparison.Ordinal)))
        {
            Assert.True(many[kind] <= few[kind] * 3, $"{kind}: {few[kind]} requests of 2 nodes, {many[kind]} of 6");
        }
    }

    /// <summary>The requests of a second backup, after little has changed.</summary>
    private static async Task<Dictionary<string, int>> CountAsync(int nodes)
    {
        await using var cluster = new ClusterBench();
        foreach (int number in Enumerable.Range(1, nodes))
        {
            cluster.AddNode($"n{number}", $"s{number}a", $"s{number}b");
        }

        await cluster.CreateAsync("b1");
        BackupTicket ticket = await cluster.ClaimAsync("b2");
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        string phase = "share";
        Task Count(string verb, string key)
        {
            counts.AddOrUpdate($"{phase} {verb} {KindOf(key)}", 1, (_, count) => count + 1);
            return Task.CompletedTask;
        }

        cluster.Bench.Backend.BeforePut = key => Count("put", key);
        cluster.Bench.Backend.BeforeOpen = key => Count("get", key);
        cluster.Bench.Backend.BeforeList = key => Count("list", key);
        cluster.Bench.Backend.BeforeDelete = key => Count("delete", key);
        List<StoredShare> stored = [];
        foreach (string node in cluster.Nodes)
        {
            BackupShare share = await cluster.ServiceOf(node).OpenShareAsync(ticket);
            await share.CutAsync(17);
            stored.Add(await share.TransferAsync());
        }

        phase = "commit";
        await cluster.Repository.CommitAsync(ticket, stored);
        return new Dictionary<string, int>(counts, StringComparer.Ordinal);
    }

    private static string KindOf(string key)
    {
        ReadOnlySpan<char> name = RepositoryLayout.NameOf(key);
        return key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? "data"
            : key.StartsWith(RepositoryLayout.WorkPrefix, StringComparison.Ordinal) ? "work"
            : name.Length == 0 ? "folder"
            : name[..(name.IndexOfAny('-', '.') is var end and > 0 ? end : name.Length)].ToString();
    }
}
