using System.Collections.Immutable;

namespace Basalt.Server.Tests.Cluster.Support;

/// <summary>Where a process runs: on this machine as it is, or on a host of a <see cref="VirtualNetwork"/>.</summary>
/// <param name="Address">Where it is reached.</param>
/// <param name="Runner">The program, with its arguments, that runs another there.</param>
internal sealed record NetworkHost(string Address, ImmutableArray<string> Runner)
{
    /// <summary>This machine.</summary>
    public static NetworkHost Loopback { get; } = new("127.0.0.1", []);
}
