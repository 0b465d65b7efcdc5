using System.Diagnostics.CodeAnalysis;

namespace Basalt.Backup;

/// <summary>The rules of object keys, for backends.</summary>
public static class ObjectKey
{
    private const int MaxLength = 1024;
    private const int MaxSegmentLength = 255;

    /// <summary>
    /// Throws unless a key is safe on every store: segments of 1 to 255 letters, digits, '.', '_' and '-' (neither "." nor ".."),
    /// joined by '/', at most 1,024 in all.
    /// </summary>
    /// <exception cref="ArgumentException">The key breaks a rule.</exception>
    public static void Validate(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > MaxLength)
        {
            throw new ArgumentException($"An object key takes at most {MaxLength} characters: '{key}'.", nameof(key));
        }

        foreach (Range range in key.AsSpan().Split('/'))
        {
            ValidateSegment(key.AsSpan(range), key);
        }
    }

    /// <summary>Whether a text that somebody else wrote is a key.</summary>
    internal static bool IsValid([NotNullWhen(true)] string? key)
    {
        if (key is not { Length: > 0 and <= MaxLength })
        {
            return false;
        }

        foreach (Range range in key.AsSpan().Split('/'))
        {
            if (!IsSegment(key.AsSpan(range)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As <see cref="Validate"/> for the beginning of a key: it may be empty, and its last segment may be incomplete.</summary>
    /// <exception cref="ArgumentException">No key can begin like that.</exception>
    public static void ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        int folder = prefix.LastIndexOf('/');
        if (folder >= 0)
        {
            Validate(prefix[..folder]);
        }

        ReadOnlySpan<char> rest = prefix.AsSpan(folder + 1);
        if (rest.Length > MaxSegmentLength || rest.ContainsAnyExcept(Allowed))
        {
            throw InvalidSegment(prefix);
        }
    }

    /// <summary>Characters of the longest path below which a repository may lie in a bucket.</summary>
    internal const int MaxFolderLength = 512;

    /// <summary>Whether a text can be the path of a repository in a bucket: empty, or a key of its own.</summary>
    internal static bool IsFolder([NotNullWhen(true)] string? path) =>
        path is "" || (path is { Length: <= MaxFolderLength } && IsValid(path));

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    private static void ValidateSegment(ReadOnlySpan<char> segment, string key)
    {
        if (!IsSegment(segment))
        {
            throw InvalidSegment(key);
        }
    }

    private static bool IsSegment(ReadOnlySpan<char> segment) =>
        segment.Length is > 0 and <= MaxSegmentLength && segment is not ("." or "..") && !segment.ContainsAnyExcept(Allowed);

    private static ArgumentException InvalidSegment(string key) =>
        new($"Segments of object keys take 1 to {MaxSegmentLength} of letters, digits, '.', '_' and '-', not '.' or '..': '{key}'.", nameof(key));
}
