namespace Basalt.Backup.Backends.FileSystem;

/// <summary>
/// Keeps reads, writes and deletions inside a repository's directory: whoever can place a link in it must not be able to send them
/// elsewhere with the rights of this process. The directory itself may be a link; that is its operator's choice.
/// </summary>
internal sealed class PlainPaths(string root)
{
    /// <summary>Throws if a part of a path below the root is a link.</summary>
    /// <param name="key">The path, relative to the root, with '/' between its parts; it need not exist.</param>
    /// <exception cref="IOException">A part is a link.</exception>
    public void Require(string key)
    {
        for (int end = 0; end < key.Length; end++)
        {
            end = key.IndexOf('/', end) is var slash and >= 0 ? slash : key.Length;
            string path = Path.Combine(root, key[..end]);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw Refused(path);
            }
        }
    }

    /// <summary>Why a link is not followed.</summary>
    public static IOException Refused(string path) =>
        new($"'{path}' is a link, and links inside a repository are not followed. Put what it leads to in its place, or mount it there.");
}
