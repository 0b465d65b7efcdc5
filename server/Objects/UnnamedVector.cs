using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Basalt.Server.Objects;

/// <summary>
/// What is one to clients and two in a class: the vector without a name, and the one that is named <c>default</c>. A vector without a name
/// goes to the only named vector of a class, and one named so to a class whose vector has no name.
/// </summary>
internal static class UnnamedVector
{
    private static ReadOnlySpan<byte> DefaultName => "default"u8;

    /// <summary>The JSON of the vector that is meant, if named vectors hold just the one of the default name; else empty.</summary>
    public static ReadOnlySpan<byte> OfJson(ReadOnlySpan<byte> vectors)
    {
        var reader = new Utf8JsonReader(vectors);
        if (vectors.IsEmpty
            || !reader.Read() || reader.TokenType != JsonTokenType.StartObject
            || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(DefaultName))
        {
            return [];
        }

        reader.Read();
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        int end = (int)reader.BytesConsumed;
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject ? vectors[start..end] : [];
    }

    /// <summary>The values of the vector that is meant, if named vectors in the form of <see cref="StoredVectors"/> hold just the one of the
    /// default name; else empty.</summary>
    public static ReadOnlySpan<byte> OfStored(ReadOnlySpan<byte> vectors)
    {
        int valuesOffset = 1 + DefaultName.Length + sizeof(int);
        return vectors.Length > valuesOffset
            && vectors[0] == DefaultName.Length
            && vectors.Slice(1, DefaultName.Length).SequenceEqual(DefaultName)
            && BinaryPrimitives.ReadInt32LittleEndian(vectors[(1 + DefaultName.Length)..]) == vectors.Length - valuesOffset
            ? vectors[valuesOffset..]
            : [];
    }

    /// <summary>Turns the vector without a name at the end of a record into the only named one.</summary>
    /// <param name="name">The name.</param>
    /// <param name="output">Ends in <c>u32 dimensions, float32 each</c>; then in no vector and one named vector.</param>
    /// <param name="start">Where the vector stands.</param>
    public static void Name(string name, PooledBuffer output, int start)
    {
        // Behind "no vector" and "one named vector" come the name and the vector as it stands.
        int nameLength = Encoding.UTF8.GetByteCount(name);
        int inserted = sizeof(uint) + sizeof(ushort) + 1 + nameLength;
        int vectorLength = output.Length - start;
        output.GetSpan(inserted);
        output.Advance(inserted);
        Span<byte> written = output.Written[start..];
        written[..vectorLength].CopyTo(written[inserted..]);
        BinaryPrimitives.WriteUInt32LittleEndian(written, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(written[sizeof(uint)..], 1);
        written[sizeof(uint) + sizeof(ushort)] = (byte)nameLength;
        Encoding.UTF8.GetBytes(name, written[(sizeof(uint) + sizeof(ushort) + 1)..]);
    }
}
