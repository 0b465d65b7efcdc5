using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Etcd;

namespace Basalt.Server.Configuration;

/// <summary>The cluster that this node is told to be a part of.</summary>
/// <param name="Etcd">Where the nodes agree (<c>CLUSTER_ETCD_ENDPOINTS</c> and others).</param>
/// <param name="Prefix">What all keys of the cluster begin with (<c>CLUSTER_ETCD_PREFIX</c>).</param>
internal sealed record ClusterSettings(EtcdOptions Etcd, string Prefix)
{
    /// <summary>The variable that makes a node part of a cluster.</summary>
    public const string EndpointsVariable = "CLUSTER_ETCD_ENDPOINTS";

    /// <summary>The prefix when none is set.</summary>
    public const string DefaultPrefix = "/basalt";

    /// <summary>Where the other nodes reach this one (<c>CLUSTER_ADVERTISE_ADDR</c>); null takes the first address that it listens on.</summary>
    public Uri? AdvertisedAddress { get; init; }

    /// <summary>How long the others wait for a node that does not answer before it counts as gone (<c>CLUSTER_LEASE_SECONDS</c>).</summary>
    public TimeSpan LeaseTimeToLive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The user that nodes are to each other (<c>CLUSTER_BASIC_AUTH_USERNAME</c>).</summary>
    public required string PeerUser { get; init; }

    /// <summary>The password that nodes show each other (<c>CLUSTER_BASIC_AUTH_PASSWORD</c>).</summary>
    public required string PeerPassword { get; init; }

    /// <summary>The authority of the nodes' certificates, a PEM file (<c>CLUSTER_CA_FILE</c>); null trusts those that the machine trusts.</summary>
    public string? PeerAuthorityFile { get; init; }

    /// <summary>Whether <c>backup-filesystem</c> stores where all nodes see it (<c>BACKUP_FILESYSTEM_SHARED</c>).</summary>
    public bool IsFileSystemShared { get; init; }

    /// <summary>How patient backups and restores are with nodes.</summary>
    public CoordinatorLimits OperationLimits { get; init; } = new();

    /// <summary>Names everything but passwords.</summary>
    public override string ToString() => $"{Etcd}, keys below {Prefix}";
}
