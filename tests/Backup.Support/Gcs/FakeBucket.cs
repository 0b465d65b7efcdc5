using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Numerics;

namespace Basalt.Backup.Tests.Support.Gcs;

/// <summary>The objects of the fake's one bucket.</summary>
internal sealed class FakeBucket
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _objects.Keys.Order(StringComparer.Ordinal);

    public byte[]? Find(string name) => _objects.GetValueOrDefault(name);

    public bool TryAdd(string name, byte[] bytes, bool mustBeNew)
    {
        if (!mustBeNew)
        {
            _objects[name] = bytes;
        }

        return !mustBeNew || _objects.TryAdd(name, bytes);
    }

    public bool Remove(string name) => _objects.TryRemove(name, out _);

    public static string ChecksumOf(byte[] bytes)
    {
        byte[] checksum = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, ~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C));
        return Convert.ToBase64String(checksum);
    }
}
