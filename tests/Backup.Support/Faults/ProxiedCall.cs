namespace Basalt.Backup.Tests.Support.Faults;

/// <summary>A request on its way to a store.</summary>
/// <param name="Number">How many came before.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query, as they were sent.</param>
/// <param name="BodyLength">Bytes of the body.</param>
/// <param name="Aborted">Canceled when the client is gone.</param>
public sealed record ProxiedCall(int Number, string Method, string Target, int BodyLength, CancellationToken Aborted)
{
    /// <summary>Whether it changes what the store has.</summary>
    public bool IsWrite => Method is "PUT" or "POST" or "DELETE";
}
