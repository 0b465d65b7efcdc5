using Basalt.Server.Cluster.Clock;

namespace Basalt.Server.Cluster.Peers;

/// <summary>What joins a node to the others of its cluster.</summary>
/// <param name="Cluster">What the node knows of it.</param>
/// <param name="Credentials">What the nodes tell each other by.</param>
internal sealed record PeerLink(IClusterView Cluster, PeerCredentials Credentials)
{
    /// <summary>The clock that goes along with calls, both ways; null for none.</summary>
    public CausalClock? Clock { get; init; }

    /// <summary>How long the node waits for others.</summary>
    public PeerTimeouts Timeouts { get; init; } = new();
}
