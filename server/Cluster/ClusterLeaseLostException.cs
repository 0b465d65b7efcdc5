namespace Basalt.Server.Cluster;

/// <summary>A lease has expired or was revoked: what it protected may belong to another.</summary>
internal sealed class ClusterLeaseLostException : ClusterException
{
    public ClusterLeaseLostException()
        : this("The lease is lost.")
    {
    }

    public ClusterLeaseLostException(string message)
        : base(message)
    {
    }

    public ClusterLeaseLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
