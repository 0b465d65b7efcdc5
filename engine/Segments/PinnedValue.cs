namespace Basalt.Engine.Segments;

/// <summary>
/// A value that still lies where it was found (arena or cached block). Valid until <see cref="Release"/>, and for a memtable as long as
/// the memtable is referenced.
/// </summary>
internal unsafe ref struct PinnedValue
{
    private byte* _pointer;
    private int _length;
    private CachedBlock? _block;

    /// <summary>The bytes.</summary>
    public readonly ReadOnlySpan<byte> Span => new(_pointer, _length);

    /// <summary>Points at memory that outlives the value by other means.</summary>
    public void Set(byte* pointer, int length)
    {
        _pointer = pointer;
        _length = length;
        _block = null;
    }

    /// <summary>Points into a block of which the caller hands over one reference.</summary>
    public void Set(byte* pointer, int length, CachedBlock block)
    {
        _pointer = pointer;
        _length = length;
        _block = block;
    }

    /// <summary>Gives the block back. Idempotent.</summary>
    public void Release()
    {
        _block?.Release();
        _block = null;
        _pointer = null;
        _length = 0;
    }
}
