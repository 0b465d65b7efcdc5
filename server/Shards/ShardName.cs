using System.Security.Cryptography;

namespace Basalt.Server.Shards;

/// <summary>Names of shards: random, so that a class that is deleted and made again never meets remains of the first.</summary>
internal static class ShardName
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 12;

    /// <summary>A new name.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);
}
