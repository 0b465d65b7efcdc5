using System.Buffers;

namespace Basalt.Backup.Naming;

/// <summary>The keys of all objects of a repository. The layout is specified in FORMAT.md.</summary>
internal static class RepositoryLayout
{
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> NodeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsBackupId(string? id) => id is { Length: > 0 and <= 255 } && !id.AsSpan().ContainsAnyExcept(IdCharacters);

    public static bool IsNodeName(string? name) =>
        name is { Length: > 0 and <= 128 } && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(NodeCharacters);
}
