namespace Basalt.Engine;

/// <summary>
/// A cursor over the live keys of one keyspace as of one instant. Starts before the first entry of its range: call
/// <see cref="MoveNext"/> first. Not thread-safe; keeps old segments alive until disposed.
/// </summary>
public sealed class DatabaseIterator : IDisposable
{
    /// <summary>The current key; valid until the next move.</summary>
    public ReadOnlySpan<byte> Key => throw new NotImplementedException();

    /// <summary>The current value; valid until the next move.</summary>
    public ReadOnlySpan<byte> Value => throw new NotImplementedException();

    /// <summary>Moves on in the direction of the range; false at its end.</summary>
    public bool MoveNext() => throw new NotImplementedException();

    /// <summary>
    /// Jumps so that the next <see cref="MoveNext"/> finds the first key at or after <paramref name="key"/> (at or before, in a reverse
    /// scan), inside the range.
    /// </summary>
    public void Seek(ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
