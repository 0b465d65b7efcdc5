using System.Collections.Concurrent;
using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Microsoft.AspNetCore.Http;

namespace Basalt.Server.Tests.Cluster.Routing;

/// <summary>A cluster whose members a test names. All nodes share the addresses.</summary>
internal sealed class FixedClusterView(string self, ConcurrentDictionary<string, Uri> addresses) : IClusterView
{
    private readonly TaskCompletionSource _never = new();

    public string Self => self;

    public bool IsFenced { get; set; }

    public long SchemaRevision { get; set; } = 1;

    /// <summary>Brings this node up to a revision that is waited for; null never does.</summary>
    public Action<long>? CatchUp { get; set; }

    public Uri AddressOf(string node) => addresses.TryGetValue(node, out Uri? address)
        ? address
        : throw RequestException.Handler(StatusCodes.Status503ServiceUnavailable, $"node '{node}' is no member of the cluster now");

    public Task AwaitSchemaAsync(long revision, CancellationToken cancellationToken)
    {
        if (revision > SchemaRevision)
        {
            CatchUp?.Invoke(revision);
        }

        return revision <= SchemaRevision ? Task.CompletedTask : _never.Task;
    }
}
