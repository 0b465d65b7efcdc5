using System.Collections.Immutable;
using Basalt.Server.Api;

namespace Basalt.Server.Backups;

/// <summary>
/// Decides which directories a request may name instead of the configured one. Requests come from outside, so only what an
/// operator opened is open: the folders below the configured directory, and below the roots of <c>BASALT_BACKUP_OVERRIDE_ROOTS</c>.
/// </summary>
/// <param name="roots">The directories below which overrides may lie: absolute, the configured one first.</param>
internal sealed class OverridePath(ImmutableArray<string> roots)
{
    /// <summary>The variable with further roots.</summary>
    public const string RootsVariable = "BASALT_BACKUP_OVERRIDE_ROOTS";

    private readonly ImmutableArray<string> _roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];

    /// <summary>The directory that a request names.</summary>
    /// <exception cref="RequestException">It may not be used.</exception>
    public string Resolve(string requested)
    {
        if (requested.Contains('\0', StringComparison.Ordinal) || !Path.IsPathFullyQualified(requested))
        {
            throw Refused(requested, "it takes an absolute path");
        }

        // Compared as written: a path that climbs up is refused even if it would come back to where it is allowed.
        string[] folders = requested.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        if (folders.Any(folder => folder is "." or ".."))
        {
            throw Refused(requested, "'.' and '..' are not allowed in it");
        }

        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(requested));
        string root = _roots.Where(candidate => IsBelow(path, candidate)).MaxBy(candidate => candidate.Length)
            ?? throw Refused(requested, $"it has to be below one of [{string.Join(' ', _roots)}] ({RootsVariable} opens others)");
        RequirePlainFolders(requested, root, path);
        return path;
    }

    private static bool IsBelow(string path, string root) =>
        path == root || path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Each folder between the root and the path: no link that leads elsewhere, no folder of a backup or of a repository itself.</summary>
    private static void RequirePlainFolders(string requested, string root, string path)
    {
        string current = root;
        foreach (string folder in Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar))
        {
            if (folder == ".")
            {
                return;
            }

            current = Path.Combine(current, folder);
            if (folder.StartsWith('.'))
            {
                throw Refused(requested, $"'{folder}': folders that begin with a dot belong to repositories");
            }

            if (new DirectoryInfo(current).LinkTarget is not null)
            {
                throw Refused(requested, $"'{current}' is a link");
            }

            // A repository that was there first stays reachable.
            if (Directory.Exists(current) && !Directory.Exists(Path.Combine(path, ".repo")) && Directory.EnumerateFiles(current, "claim-*.json").Any())
            {
                throw Refused(requested, $"'{current}' is the folder of a backup");
            }
        }
    }

    private static RequestException Refused(string requested, string reason) =>
        RequestException.Unprocessable($"the override path '{requested}' of the backup is refused: {reason}");
}
