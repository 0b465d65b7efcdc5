namespace Basalt.Server.Security;

/// <summary>Marks an endpoint that only reads although its method is one that writes: a search by POST.</summary>
internal sealed class ReadOnlyEndpoint
{
    private ReadOnlyEndpoint()
    {
    }

    /// <summary>The mark.</summary>
    public static ReadOnlyEndpoint Mark { get; } = new();
}
