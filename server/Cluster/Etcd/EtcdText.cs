using System.Text;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>Keys and entries as etcd has them: bytes.</summary>
internal static class EtcdText
{
    /// <summary>A key, or an end of a range, in bytes.</summary>
    public static byte[] Bytes(string key) => Encoding.ASCII.GetBytes(key);

    /// <summary>A key from its bytes.</summary>
    /// <exception cref="ClusterRequestException">It is a key that this server would not write.</exception>
    public static string Key(byte[]? bytes)
    {
        string key = Encoding.ASCII.GetString(bytes ?? []);
        try
        {
            return KeyRange.Checked(key);
        }
        catch (ArgumentException failure)
        {
            throw new ClusterRequestException("etcd has a key under the cluster's prefix that is no key of a cluster.", failure);
        }
    }

    /// <summary>An entry.</summary>
    public static ClusterEntry Entry(EtcdMessages.KeyValue entry) =>
        new(Key(entry.Key), entry.Value ?? [], entry.CreateRevision, entry.ModRevision, entry.Version, entry.Lease);
}
