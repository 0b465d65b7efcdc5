using Basalt.Backup.Naming;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>The files of a repository directory that are on their way to their names.</summary>
internal sealed class TemporaryFiles(string root, TimeProvider clock)
{
    public const string Folder = ".tmp";

    /// <summary>
    /// No upload of one object takes this long. If one ever did, its link would fail and be reported: the clock decides about rubbish only.
    /// </summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private int _isSwept;

    public string Directory { get; } = Path.Combine(root, Folder);

    public string NewPath() => Path.Combine(Directory, Ulid.Create(clock));

    /// <summary>Removes, the first time, what writers that were killed have left. A file's name tells its age.</summary>
    public void SweepOnce()
    {
        if (Interlocked.Exchange(ref _isSwept, 1) != 0)
        {
            return;
        }

        DateTimeOffset oldest = clock.GetUtcNow() - Lifetime;
        foreach (string path in System.IO.Directory.EnumerateFiles(Directory))
        {
            if (Ulid.TryReadTime(Path.GetFileName(path), out DateTimeOffset created) && created < oldest)
            {
                Discard(path);
            }
        }
    }

    /// <summary>Removes a file if that can be done.</summary>
    public static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What became of the object itself is what counts; the name is never used again.
        }
    }
}
