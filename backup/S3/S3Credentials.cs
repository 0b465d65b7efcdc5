namespace Basalt.Backup.S3;

/// <summary>A fixed key to a store. Its text form shows no secret.</summary>
/// <param name="AccessKey">Who it is.</param>
/// <param name="SecretKey">What proves it.</param>
/// <param name="SessionToken">Goes with keys that expire; null for others.</param>
public sealed record S3Credentials(string AccessKey, string SecretKey, string? SessionToken = null)
{
    /// <summary>The access key, shortened.</summary>
    public override string ToString() => $"S3Credentials {{ AccessKey = {AccessKey[..Math.Min(4, AccessKey.Length)]}... }}";
}
