using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Basalt.Server.Security;

/// <summary>A key that identifies a user. Only its digest is kept, so that no log and no dump of settings can show it.</summary>
/// <param name="Digest">SHA-256 of the key.</param>
/// <param name="User">Whose it is.</param>
internal sealed record ApiKey(ImmutableArray<byte> Digest, string User)
{
    /// <summary>The key of a user.</summary>
    public static ApiKey Of(string key, string user) => new([.. DigestOf(key)], user);

    /// <summary>What keys are compared by: of one length, whatever was presented.</summary>
    public static byte[] DigestOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
