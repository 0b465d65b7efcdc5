namespace Basalt.Server.Cluster;

/// <summary>The store refuses a request for good, or answers what this client does not understand.</summary>
internal sealed class ClusterRequestException : ClusterException
{
    public ClusterRequestException()
        : this("The cluster's store refused a request.")
    {
    }

    public ClusterRequestException(string message)
        : base(message)
    {
    }

    public ClusterRequestException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
