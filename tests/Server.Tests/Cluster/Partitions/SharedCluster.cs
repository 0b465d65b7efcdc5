using System.Text.Json;
using Basalt.Server.Tests.Cluster.Support;
using Basalt.Server.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Partitions;

/// <summary>A cluster of three nodes and one etcd for all tests of a class, which use it one after the other; started by the first that wants it.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    // A lease that no busy machine loses by being slow.
    private readonly Lazy<Task<ProcessCluster>> _cluster =
        new(() => ProcessCluster.StartOnNetworkAsync(3, 1, ("BACKUP_MAX_RATE", "1M"), ("CLUSTER_LEASE_SECONDS", "4")));

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The cluster with its network whole, all nodes there, and no classes.</summary>
    internal async Task<ProcessCluster> BeginAsync()
    {
        ProcessCluster cluster = await _cluster.Value;
        await cluster.Network.HealAsync();
        await Books.ReadyAsync(cluster);
        ApiResponse schema = (await cluster["n1"].Client.GetAsync("/v1/schema")).Expect(200);
        foreach (JsonElement left in schema.Json.GetProperty("classes").EnumerateArray())
        {
            (await cluster["n1"].Client.DeleteAsync($"/v1/schema/{left.GetProperty("class").GetString()}")).Expect(200);
        }

        return cluster;
    }

    public async Task DisposeAsync()
    {
        if (_cluster is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }
}
