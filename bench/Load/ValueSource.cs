namespace Basalt.Bench.Load;

/// <summary>Values of one length that LZ4 shrinks to about a half, as the field's benchmarks do; taken from a ring of 1 MiB.</summary>
internal sealed class ValueSource
{
    private const int RingBytes = 1 << 20;

    /// <summary>Random bytes and zeros take turns in runs of this length.</summary>
    private const int RunBytes = 32;

    private readonly byte[] _ring = new byte[RingBytes];
    private readonly int _length;
    private int _position;

    public ValueSource(int length, int seed)
    {
        _length = length;
        Random random = new(seed);
        for (int i = 0; i < RingBytes; i += 2 * RunBytes)
        {
            random.NextBytes(_ring.AsSpan(i, RunBytes));
        }
    }

    public int Length => _length;

    public ReadOnlySpan<byte> Next()
    {
        if (_position + _length > RingBytes)
        {
            _position = 0;
        }

        ReadOnlySpan<byte> value = _ring.AsSpan(_position, _length);
        _position += _length;
        return value;
    }
}
