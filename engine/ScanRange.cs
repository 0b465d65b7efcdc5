namespace Basalt.Engine;

/// <summary>Which keys a scan visits, and in which order. The default visits all, ascending.</summary>
public readonly record struct ScanRange
{
    /// <summary>The lowest key to visit (inclusive); null starts at the beginning.</summary>
    public ReadOnlyMemory<byte>? LowerBound { get; init; }

    /// <summary>
    /// The key to stop before (exclusive); null goes to the end. Beware that C# converts a null <i>array</i> to an empty key, before which
    /// there is nothing.
    /// </summary>
    public ReadOnlyMemory<byte>? UpperBound { get; init; }

    /// <summary>Whether keys come in descending order.</summary>
    public bool Reverse { get; init; }

    /// <summary>All keys.</summary>
    public static ScanRange All => default;

    /// <summary>All keys that begin with <paramref name="prefix"/>.</summary>
    public static ScanRange Prefix(ReadOnlyMemory<byte> prefix) =>
        new() { LowerBound = prefix, UpperBound = FirstKeyAfterPrefix(prefix.Span) };

    /// <summary>Keys from <paramref name="lower"/> (inclusive) to <paramref name="upper"/> (exclusive).</summary>
    public static ScanRange Between(ReadOnlyMemory<byte>? lower, ReadOnlyMemory<byte>? upper) =>
        new() { LowerBound = lower, UpperBound = upper };

    private static ReadOnlyMemory<byte>? FirstKeyAfterPrefix(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        if (last < 0)
        {
            return null;
        }

        byte[] next = prefix[..(last + 1)].ToArray();
        next[last]++;
        return next;
    }
}
