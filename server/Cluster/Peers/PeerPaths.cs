namespace Basalt.Server.Cluster.Peers;

/// <summary>Where nodes ask each other for their shards.</summary>
internal static class PeerPaths
{
    public const string Read = "/cluster/v1/shards/read";
    public const string Contains = "/cluster/v1/shards/contains";
    public const string Commit = "/cluster/v1/shards/commit";
    public const string Lengths = "/cluster/v1/shards/lengths";
    public const string Search = "/cluster/v1/shards/search";
    public const string Match = "/cluster/v1/shards/match";
    public const string Count = "/cluster/v1/shards/count";
}
