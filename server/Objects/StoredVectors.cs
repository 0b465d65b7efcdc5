using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Basalt.Server.Schema;

namespace Basalt.Server.Objects;

/// <summary>Vectors that arrive as float32 values already: checks them and takes them over.</summary>
internal static class StoredVectors
{
    /// <summary>Appends the vectors of an object in stored form.</summary>
    /// <param name="definition">The object's class.</param>
    /// <param name="vector">Its vector, float32 each, little-endian; may be empty.</param>
    /// <param name="named">Its named vectors: each <c>u8 name length, name, u32 bytes, float32 each</c>; may be empty.</param>
    /// <param name="output">Takes them as a record has them.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public static bool TryAppend(
        ClassDefinition definition, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> named, PooledBuffer output, out string? problem)
    {
        if (!definition.HasNamedVectors && vector.IsEmpty && UnnamedVector.OfStored(named) is { IsEmpty: false } unnamed)
        {
            vector = unnamed;
            named = [];
        }

        string? only = definition.OnlyVectorName;
        problem = vector.IsEmpty ? null
            : definition.HasNamedVectors && only is null ? $"class '{definition.Name}' is configured with named vectors, but the object has a regular vector"
            : Problem(vector);
        if (problem is not null)
        {
            return false;
        }

        int start = output.Length;
        VectorReader.Append(vector, output);
        if (only is not null && !vector.IsEmpty)
        {
            UnnamedVector.Name(only, output, start);
            return true;
        }

        int countOffset = output.Length;
        output.GetSpan(sizeof(ushort))[..sizeof(ushort)].Clear();
        output.Advance(sizeof(ushort));
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!named.IsEmpty)
        {
            int nameLength = named[0];
            ReadOnlySpan<byte> name = named.Slice(1, nameLength);
            int length = BinaryPrimitives.ReadInt32LittleEndian(named[(1 + nameLength)..]);
            ReadOnlySpan<byte> values = named.Slice(1 + nameLength + sizeof(int), length);
            named = named[(1 + nameLength + sizeof(int) + length)..];
            problem = NameProblem(definition, Encoding.UTF8.GetString(name), names) ?? Problem(values);
            if (problem is not null)
            {
                return false;
            }

            output.Append((byte)nameLength);
            output.Append(name);
            VectorReader.Append(values, output);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(output.Written[countOffset..], (ushort)names.Count);
        return true;
    }

    private static string? NameProblem(ClassDefinition definition, string name, HashSet<string> earlier) =>
        !definition.DeclaresVector(name) ? $"no vector with name '{name}' is configured"
        : !earlier.Add(name) ? $"vector '{name}' is given more than once: several vectors of one name are not supported"
        : null;

    private static string? Problem(ReadOnlySpan<byte> vector)
    {
        if (vector.Length % sizeof(float) != 0)
        {
            return $"a vector of {vector.Length} bytes is not one of numbers of 32 bits";
        }

        for (int i = 0; i < vector.Length; i += sizeof(float))
        {
            if (!float.IsFinite(MemoryMarshal.Read<float>(vector[i..])))
            {
                return $"element {i / sizeof(float)} of the vector is not a finite number of 32 bits";
            }
        }

        return null;
    }
}
