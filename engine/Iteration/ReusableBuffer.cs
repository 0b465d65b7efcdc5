using System.Numerics;

namespace Basalt.Engine.Iteration;

/// <summary>Holds a copy of bytes; its memory grows to the longest it held and is used again.</summary>
internal struct ReusableBuffer
{
    private byte[]? _bytes;
    private int _length;

    /// <summary>The bytes.</summary>
    public readonly ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    /// <summary>Replaces the bytes.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        if (_bytes is null || _bytes.Length < bytes.Length)
        {
            uint capacity = BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes.Length, 64));
            _bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(capacity, (uint)Array.MaxLength));
        }

        bytes.CopyTo(_bytes);
        _length = bytes.Length;
    }
}
