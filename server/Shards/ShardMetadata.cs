using System.Buffers.Binary;
using System.Text;
using Basalt.Engine;
using Basalt.Server.Index;

namespace Basalt.Server.Shards;

/// <summary>
/// Entries about the shard itself, in its index keyspace below every property: <c>0x0000 00</c> is the object count (i64),
/// <c>0x0000 01 name</c> the length of a vector (i32; the unnamed vector has the empty name).
/// </summary>
internal static class ShardMetadata
{
    private const byte ObjectCount = 0;
    private const byte VectorLength = 1;
    private static readonly byte[] ObjectCountKey = [0, (byte)IndexKey.Metadata, ObjectCount];
    private static readonly byte[] VectorLengthPrefix = [0, (byte)IndexKey.Metadata, VectorLength];

    /// <summary>Reads the object count.</summary>
    public static long ReadObjectCount(Database database, Keyspace index)
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        return database.TryGet(index, ObjectCountKey, value, out _) ? BinaryPrimitives.ReadInt64LittleEndian(value) : 0;
    }

    /// <summary>Adds the object count to a batch.</summary>
    public static void WriteObjectCount(WriteBatch batch, Keyspace index, long count)
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(value, count);
        batch.Put(index, ObjectCountKey, value);
    }

    /// <summary>Reads the lengths of all vectors by name.</summary>
    public static Dictionary<string, int> ReadVectorLengths(Database database, Keyspace index)
    {
        var lengths = new Dictionary<string, int>(StringComparer.Ordinal);
        using DatabaseIterator entries = database.Scan(index, ScanRange.Prefix(VectorLengthPrefix));
        while (entries.MoveNext())
        {
            string name = Encoding.UTF8.GetString(entries.Key[VectorLengthPrefix.Length..]);
            lengths[name] = entries.Value.Length == sizeof(int)
                ? BinaryPrimitives.ReadInt32LittleEndian(entries.Value)
                : throw new InvalidDataException($"The stored length of vector '{name}' is malformed. Restore the class from a backup.");
        }

        return lengths;
    }

    /// <summary>Adds the length of a vector to a batch.</summary>
    public static void WriteVectorLength(WriteBatch batch, Keyspace index, string name, int length)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(value, length);
        batch.Put(index, [.. VectorLengthPrefix, .. Encoding.UTF8.GetBytes(name)], value);
    }
}
