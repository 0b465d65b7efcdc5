namespace Basalt.Server.Cluster;

/// <summary>The store no longer has the history that was asked for.</summary>
internal sealed class ClusterCompactedException : ClusterException
{
    public ClusterCompactedException()
        : this("The revision was compacted away.")
    {
    }

    public ClusterCompactedException(string message)
        : base(message)
    {
    }

    public ClusterCompactedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The revision up to which history is gone; 0 when the store did not say.</summary>
    public long CompactRevision { get; init; }
}
