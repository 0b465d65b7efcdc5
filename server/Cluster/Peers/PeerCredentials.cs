using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Basalt.Server.Cluster.Peers;

/// <summary>What the nodes of a cluster tell each other by; the same on all of them. Not a record, so that no text shows the password.</summary>
internal sealed class PeerCredentials
{
    private const string Scheme = "Basic";

    private readonly byte[] _digest;

    public PeerCredentials(string user, string password)
    {
        Header = new AuthenticationHeaderValue(Scheme, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(Header.Parameter!));
    }

    /// <summary>The authority of the certificates that other nodes show (PEM); null trusts those that the machine trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The header of requests to other nodes.</summary>
    public AuthenticationHeaderValue Header { get; }

    /// <summary>Whether a request comes from a node of this cluster. How long it takes tells nothing about the password.</summary>
    /// <param name="authorization">The value of its <c>authorization</c> header; null or empty for none.</param>
    public bool Accept(string? authorization) =>
        AuthenticationHeaderValue.TryParse(authorization, out AuthenticationHeaderValue? given)
        && string.Equals(given.Scheme, Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given.Parameter ?? string.Empty)), _digest);
}
