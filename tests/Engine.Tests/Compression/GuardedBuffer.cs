namespace Basalt.Engine.Tests.Compression;

/// <summary>A buffer between two fences of known bytes: shows writes outside the span.</summary>
internal sealed class GuardedBuffer
{
    private const int FenceLength = 64;
    private const byte FenceByte = 0xA5;

    private readonly byte[] _bytes;
    private readonly int _length;

    public GuardedBuffer(int length)
    {
        _length = length;
        _bytes = new byte[length + (2 * FenceLength)];
        _bytes.AsSpan(0, FenceLength).Fill(FenceByte);
        _bytes.AsSpan(FenceLength + length).Fill(FenceByte);
    }

    public Span<byte> Span => _bytes.AsSpan(FenceLength, _length);

    public bool IsIntact =>
        !_bytes.AsSpan(0, FenceLength).ContainsAnyExcept(FenceByte)
        && !_bytes.AsSpan(FenceLength + _length).ContainsAnyExcept(FenceByte);
}
