namespace Basalt.Server.Cluster.Peers;

/// <summary>A message between nodes is malformed.</summary>
internal sealed class PeerMessageException : Exception
{
    public PeerMessageException()
        : this("The message is malformed.")
    {
    }

    public PeerMessageException(string message)
        : base(message)
    {
    }

    public PeerMessageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
