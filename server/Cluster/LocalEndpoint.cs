namespace Basalt.Server.Cluster;

/// <summary>Marks an endpoint that answers from this process alone, so that a node answers it although it is no member of its cluster at present.</summary>
internal sealed class LocalEndpoint
{
    private LocalEndpoint()
    {
    }

    /// <summary>The mark.</summary>
    public static LocalEndpoint Mark { get; } = new();
}
