namespace Basalt.Server.Cluster;

/// <summary>Keys from one on and before another, in the order of their bytes. Keys are printable ASCII, so that this is also their order as text.</summary>
internal readonly record struct KeyRange
{
    /// <summary>Characters of the longest key.</summary>
    public const int MaxKeyLength = 1024;

    private KeyRange(string start, string end)
    {
        Start = start;
        End = end;
    }

    /// <summary>The first key.</summary>
    public string Start { get; }

    /// <summary>The first key behind the range.</summary>
    public string End { get; }

    /// <summary>Whether this is one key.</summary>
    public bool IsSingleKey => End.Length == Start.Length + 1 && End[^1] == '\0' && End.StartsWith(Start, StringComparison.Ordinal);

    /// <summary>One key.</summary>
    public static KeyRange Key(string key) => new(Checked(key), key + '\0');

    /// <summary>All keys that begin so.</summary>
    public static KeyRange Prefix(string prefix) => new(Checked(prefix), prefix[..^1] + (char)(prefix[^1] + 1));

    /// <summary>The keys that begin so and come before another.</summary>
    public static KeyRange PrefixBefore(string prefix, string end) => new(Checked(prefix), Checked(end));

    /// <summary>What of this range is behind a key in it: the next page.</summary>
    public KeyRange After(string key) => new(Checked(key) + '\0', End);

    /// <summary>Whether a key is in the range.</summary>
    public bool Contains(string key) => string.CompareOrdinal(Start, key) <= 0 && string.CompareOrdinal(key, End) < 0;

    /// <summary>The key itself.</summary>
    /// <exception cref="ArgumentException">It is no key.</exception>
    public static string Checked(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return key.Length <= MaxKeyLength && key.All(c => c is >= ' ' and <= '~')
            ? key
            : throw new ArgumentException($"A key is 1 to {MaxKeyLength} printable ASCII characters.", nameof(key));
    }
}
