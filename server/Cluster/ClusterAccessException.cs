namespace Basalt.Server.Cluster;

/// <summary>The store does not know this client, or does not let it do this.</summary>
internal sealed class ClusterAccessException : ClusterException
{
    public ClusterAccessException()
        : this("The cluster's store refuses access.")
    {
    }

    public ClusterAccessException(string message)
        : base(message)
    {
    }

    public ClusterAccessException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
