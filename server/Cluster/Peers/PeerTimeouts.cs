namespace Basalt.Server.Cluster.Peers;

/// <summary>How long a node waits for another.</summary>
internal sealed record PeerTimeouts
{
    /// <summary>Until it takes the connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long it may give no sign of life while a call waits for its answer, not even when it is asked whether it is there.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Until it has read or written objects.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Until it has searched, which takes as long as there are objects. The caller may give up earlier.</summary>
    public TimeSpan Search { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Until it has applied the schema that the sender has.</summary>
    public TimeSpan Schema { get; init; } = TimeSpan.FromSeconds(10);
}
