using System.Buffers.Binary;

namespace Basalt.Bench.Load;

/// <summary>Keys of 16 bytes. Each number has a key of its own, in the order of numbers or scattered over the key space.</summary>
internal static class KeyFormat
{
    public const int Length = 16;

    /// <summary>The key of a number; ascending numbers give ascending keys.</summary>
    public static void WriteOrdered(ulong number, Span<byte> key)
    {
        BinaryPrimitives.WriteUInt64BigEndian(key, number);
        BinaryPrimitives.WriteUInt64BigEndian(key[sizeof(ulong)..], ~number);
    }

    /// <summary>The key of a number; ascending numbers give keys in random order.</summary>
    public static void WriteScattered(ulong number, Span<byte> key)
    {
        // The mix is a bijection: two numbers never share a key.
        ulong mixed = Mix(number);
        BinaryPrimitives.WriteUInt64BigEndian(key, mixed);
        BinaryPrimitives.WriteUInt64BigEndian(key[sizeof(ulong)..], ~mixed);
    }

    /// <summary>SplitMix64's finalizer.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
