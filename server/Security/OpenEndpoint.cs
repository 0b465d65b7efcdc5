namespace Basalt.Server.Security;

/// <summary>Marks an endpoint that the HTTP middleware lets everybody reach: a probe, or one that asks <see cref="AccessControl"/> itself.</summary>
internal sealed class OpenEndpoint
{
    private OpenEndpoint()
    {
    }

    /// <summary>The mark.</summary>
    public static OpenEndpoint Mark { get; } = new();
}
