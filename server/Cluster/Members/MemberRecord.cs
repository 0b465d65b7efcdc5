using System.Text.Json;

namespace Basalt.Server.Cluster.Members;

/// <summary>What a node tells the others about itself.</summary>
/// <param name="Address">Where they reach it, <c>http://host:port</c> or <c>https://host:port</c>.</param>
/// <param name="Instance">A random name of this run of the process.</param>
/// <param name="Version">The version of the server.</param>
internal sealed record MemberRecord(Uri Address, Guid Instance, string Version)
{
    private const int Format = 1;

    /// <summary>The stored form.</summary>
    public byte[] Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(new StoredMember(Format, Address.ToString(), Instance, Version), MemberJson.Default.StoredMember);

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="ClusterException">It is none of a known format.</exception>
    public static MemberRecord Decode(string node, ReadOnlyMemory<byte> value)
    {
        try
        {
            StoredMember? stored = JsonSerializer.Deserialize(value.Span, MemberJson.Default.StoredMember);
            return stored is { Format: Format } && Uri.TryCreate(stored.Address, UriKind.Absolute, out Uri? address)
                ? new MemberRecord(address, stored.Instance, stored.Version)
                : throw new ClusterException(
                    $"The cluster's record of node '{node}' has format {stored?.Format}; this server reads format {Format}. Use a newer server.");
        }
        catch (JsonException malformed)
        {
            throw new ClusterException($"The cluster's record of node '{node}' cannot be read: {malformed.Message}", malformed);
        }
    }
}
