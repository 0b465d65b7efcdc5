namespace Basalt.Server.Cluster;

/// <summary>The store cannot be reached, or has no leader, for now; the same may work later.</summary>
internal sealed class ClusterUnavailableException : ClusterException
{
    public ClusterUnavailableException()
        : this("The cluster's store is not available.")
    {
    }

    public ClusterUnavailableException(string message)
        : base(message)
    {
    }

    public ClusterUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Whether the request may have been carried out, or may still be: its answer was lost. What it writes must be read before it is asked for again.
    /// </summary>
    public bool IsOutcomeUnknown { get; init; }
}
