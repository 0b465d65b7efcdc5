namespace Basalt.Engine.Iteration;

/// <summary>
/// A cursor over internal entries of one keyspace in <see cref="Keys.InternalKey"/> order. Memtables, segments and merges of them
/// all look alike through it. Not thread-safe. Spans stay valid until the cursor moves or is disposed.
/// </summary>
/// <remarks>
/// An abstract class and not an interface, because a sealed override called through a field is devirtualised where it matters.
/// After construction a cursor is not valid until it is positioned. <c>Next</c>, <c>Previous</c> and the properties require
/// <see cref="IsValid"/>. Corruption surfaces as a <see cref="DatabaseException"/> that names file and offset.
/// </remarks>
internal abstract class InternalIterator : IDisposable
{
    /// <summary>Whether the cursor stands on an entry.</summary>
    public abstract bool IsValid { get; }

    /// <summary>The user key of the current entry.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>The trailer (sequence and kind) of the current entry.</summary>
    public abstract ulong Trailer { get; }

    /// <summary>The value of the current entry; empty for a tombstone.</summary>
    public abstract ReadOnlySpan<byte> Value { get; }

    /// <summary>Moves to the first entry.</summary>
    public abstract void SeekToFirst();

    /// <summary>Moves to the last entry.</summary>
    public abstract void SeekToLast();

    /// <summary>Moves to the first entry that is not before (<paramref name="key"/>, <paramref name="trailer"/>).</summary>
    public abstract void Seek(ReadOnlySpan<byte> key, ulong trailer);

    /// <summary>Moves to the last entry that is before (<paramref name="key"/>, <paramref name="trailer"/>).</summary>
    public abstract void SeekBefore(ReadOnlySpan<byte> key, ulong trailer);

    /// <summary>Moves one entry forward.</summary>
    public abstract void Next();

    /// <summary>Moves one entry back.</summary>
    public abstract void Previous();

    /// <inheritdoc/>
    public abstract void Dispose();
}
