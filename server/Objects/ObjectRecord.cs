using System.Buffers.Binary;
using System.Text;

namespace Basalt.Server.Objects;

/// <summary>
/// An object as it is stored, little-endian: <c>version (u8) | created (i64 ms) | updated (i64 ms) | properties (u32 length, JSON) |
/// vector (u32 dimensions, float32 each) | named vectors (u16 count; each: u8 name length, name, u32 dimensions, float32 each)</c>.
/// The object's id is its key.
/// </summary>
internal readonly ref struct ObjectRecord
{
    /// <summary>The format that this build writes, and the only one it reads.</summary>
    public const byte Version = 1;

    /// <summary>Where the creation time stands: it is filled in once the object's earlier version is known.</summary>
    public const int CreatedOffset = 1;

    /// <summary>Where the update time stands.</summary>
    public const int UpdatedOffset = CreatedOffset + sizeof(long);

    /// <summary>Where the length of the properties stands; their JSON follows.</summary>
    public const int PropertiesOffset = UpdatedOffset + sizeof(long);

    private readonly ReadOnlySpan<byte> _namedVectors;

    private ObjectRecord(long created, long updated, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> namedVectors)
    {
        Created = created;
        Updated = updated;
        Properties = properties;
        Vector = vector;
        _namedVectors = namedVectors;
    }

    /// <summary>When the object came to be, in ms since 1970.</summary>
    public long Created { get; }

    /// <summary>When it was last written, in ms since 1970.</summary>
    public long Updated { get; }

    /// <summary>Its properties: a JSON object.</summary>
    public ReadOnlySpan<byte> Properties { get; }

    /// <summary>Its vector as float32 values; empty if it has none.</summary>
    public ReadOnlySpan<byte> Vector { get; }

    /// <summary>Its named vectors.</summary>
    public NamedVectorEnumerator NamedVectors => new(_namedVectors);

    /// <summary>A named vector as float32 values; empty if there is none of that name.</summary>
    public ReadOnlySpan<byte> FindVector(string name)
    {
        foreach (NamedVectorEnumerator vector in NamedVectors)
        {
            if (vector.Name == name)
            {
                return vector.Vector;
            }
        }

        return [];
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">The bytes are no record of a known version.</exception>
    public static ObjectRecord Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < PropertiesOffset + sizeof(uint) || bytes[0] != Version)
        {
            throw Malformed(bytes);
        }

        long created = BinaryPrimitives.ReadInt64LittleEndian(bytes[CreatedOffset..]);
        long updated = BinaryPrimitives.ReadInt64LittleEndian(bytes[UpdatedOffset..]);
        ReadOnlySpan<byte> rest = bytes[PropertiesOffset..];
        if (!TryTake(ref rest, 1, out ReadOnlySpan<byte> properties) || !TryTake(ref rest, sizeof(float), out ReadOnlySpan<byte> vector) || rest.IsEmpty)
        {
            throw Malformed(bytes);
        }

        return new ObjectRecord(created, updated, properties, vector, rest);
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, int unit, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (rest.Length < sizeof(uint))
        {
            return false;
        }

        long length = (long)BinaryPrimitives.ReadUInt32LittleEndian(rest) * unit;
        rest = rest[sizeof(uint)..];
        if (length > rest.Length)
        {
            return false;
        }

        taken = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    private static InvalidDataException Malformed(ReadOnlySpan<byte> bytes) =>
        new($"A stored object is malformed or of an unknown version ({bytes.Length} bytes, version {(bytes.IsEmpty ? -1 : bytes[0])}). Restore the class from a backup.");

    /// <summary>Walks through named vectors.</summary>
    public ref struct NamedVectorEnumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _left;

        internal NamedVectorEnumerator(ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty)
            {
                // The default record, which stands for no object at all.
                return;
            }

            if (bytes.Length < sizeof(ushort))
            {
                throw Malformed(bytes);
            }

            _left = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            _rest = bytes[sizeof(ushort)..];
        }

        /// <summary>The name of the current vector.</summary>
        public string Name { get; private set; } = string.Empty;

        /// <summary>The float32 values of the current vector.</summary>
        public ReadOnlySpan<byte> Vector { get; private set; }

        /// <summary>Lets the vectors be walked with foreach.</summary>
        public readonly NamedVectorEnumerator GetEnumerator() => this;

        /// <summary>The enumerator itself.</summary>
        public readonly NamedVectorEnumerator Current => this;

        /// <summary>Moves to the next vector.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            int nameLength = _rest.IsEmpty ? byte.MaxValue + 1 : _rest[0];
            if (_rest.Length < 1 + nameLength)
            {
                throw Malformed(_rest);
            }

            Name = Encoding.UTF8.GetString(_rest.Slice(1, nameLength));
            _rest = _rest[(1 + nameLength)..];
            Vector = TryTake(ref _rest, sizeof(float), out ReadOnlySpan<byte> vector) ? vector : throw Malformed(_rest);
            return true;
        }
    }
}
