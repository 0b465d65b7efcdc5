using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Basalt.Server.Objects;

/// <summary>Turns vectors from JSON into stored form.</summary>
internal static class VectorReader
{
    /// <summary>Appends a vector with its dimensions.</summary>
    /// <param name="json">An array of numbers; null and empty mean no vector.</param>
    /// <param name="output">Takes <c>u32 dimensions, float32 each</c>.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public static bool TryAppend(ReadOnlySpan<byte> json, PooledBuffer output, out string? problem)
    {
        var reader = new Utf8JsonReader(json);
        return TryAppendNext(ref reader, output, out problem);
    }

    /// <summary>Appends a vector that is in stored form already.</summary>
    public static void Append(ReadOnlySpan<byte> values, PooledBuffer output)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), (uint)(values.Length / sizeof(float)));
        output.Advance(sizeof(uint));
        output.Append(values);
    }

    /// <summary>Appends named vectors.</summary>
    /// <param name="json">An object of arrays of numbers, null or nothing.</param>
    /// <param name="isDeclared">Whether the class has a vector of that name.</param>
    /// <param name="earlier">The record whose vectors stay unless the JSON names them; may be default.</param>
    /// <param name="output">Takes <c>u16 count; each: u8 name length, name, u32 dimensions, float32 each</c>.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public static bool TryAppendNamed(
        ReadOnlySpan<byte> json, Func<string, bool> isDeclared, in ObjectRecord earlier, PooledBuffer output, out string? problem)
    {
        int countOffset = output.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(output.GetSpan(sizeof(ushort)), 0);
        output.Advance(sizeof(ushort));
        HashSet<string>? given = null;
        if (!json.IsEmpty && !TryAppendGiven(json, isDeclared, output, ref given, out problem))
        {
            return false;
        }

        int count = given?.Count ?? 0;
        foreach (ObjectRecord.NamedVectorEnumerator vector in earlier.NamedVectors)
        {
            if (given?.Contains(vector.Name) != true)
            {
                AppendName(Encoding.UTF8.GetBytes(vector.Name), output);
                Append(vector.Vector, output);
                count++;
            }
        }

        BinaryPrimitives.WriteUInt16LittleEndian(output.Written[countOffset..], (ushort)count);
        problem = null;
        return true;
    }

    private static bool TryAppendGiven(
        ReadOnlySpan<byte> json, Func<string, bool> isDeclared, PooledBuffer output, ref HashSet<string>? given, out string? problem)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        problem = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problem = "vectors must be an object of arrays of numbers";
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // The name of a declared vector is ASCII without escapes, and at most 231 characters long.
            string name = reader.ValueIsEscaped ? string.Empty : reader.GetString()!;
            if (!isDeclared(name))
            {
                problem = $"no vector with name '{name}' is configured";
                return false;
            }

            if (!(given ??= new HashSet<string>(StringComparer.Ordinal)).Add(name))
            {
                problem = $"vector '{name}' is given more than once";
                return false;
            }

            AppendName(reader.ValueSpan, output);
            if (!TryAppendNext(ref reader, output, out problem))
            {
                problem = $"vector '{name}': {problem}";
                return false;
            }
        }

        return true;
    }

    private static void AppendName(ReadOnlySpan<byte> name, PooledBuffer output)
    {
        output.Append((byte)name.Length);
        output.Append(name);
    }

    private static bool TryAppendNext(ref Utf8JsonReader reader, PooledBuffer output, out string? problem)
    {
        int dimensionsOffset = output.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(sizeof(uint)), 0);
        output.Advance(sizeof(uint));
        problem = null;
        if (!reader.Read() || reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            problem = "a vector must be an array of numbers";
            return false;
        }

        uint dimensions = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out float value) || !float.IsFinite(value))
            {
                problem = $"element {dimensions} of the vector is not a finite number of 32 bits";
                return false;
            }

            BinaryPrimitives.WriteSingleLittleEndian(output.GetSpan(sizeof(float)), value);
            output.Advance(sizeof(float));
            dimensions++;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(output.Written[dimensionsOffset..], dimensions);
        return true;
    }
}
