using System.Security.Cryptography;

namespace Basalt.Backup.S3;

/// <summary>Checksums as they are sent with a body, for the server to check what it received.</summary>
internal static class BodyChecksum
{
    /// <summary>Reads the content; the protocol wants MD5, against damage and not against attackers.</summary>
    public static async Task<string> Md5Async(ObjectContent content, CancellationToken cancellationToken)
    {
        Stream stream = content.Open();
        await using (stream.ConfigureAwait(false))
        {
#pragma warning disable CA5351 // Do not use broken cryptographic algorithms: it is the one that all servers check.
            byte[] hash = await MD5.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
#pragma warning restore CA5351
            return Convert.ToBase64String(hash);
        }
    }
}
