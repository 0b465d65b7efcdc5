namespace Basalt.Server.Cluster;

/// <summary>The cluster's store did not do what it was asked for.</summary>
internal class ClusterException : Exception
{
    public ClusterException()
        : this("The cluster's store failed.")
    {
    }

    public ClusterException(string message)
        : base(message)
    {
    }

    public ClusterException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
