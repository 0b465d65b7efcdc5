using System.Globalization;
using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Recovery;

/// <summary>
/// The folders in which ingests keep what is on its way in. Those with a name outlive a crash, until an ingest of that name takes them up
/// or one of another name clears them away. Thread-safe.
/// </summary>
internal sealed class StagingArea(IFileSystem files, string directory)
{
    private const int MaxNameLength = 200;
    private const string NamedPrefix = "kept-";
    private const string CompleteSuffix = ".seg";
    private const string PartialSuffix = ".part";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _inUse = new(StringComparer.Ordinal);

    private string Root => Path.Combine(directory, FileNames.Staging);

    /// <summary>The name of a file that is being written.</summary>
    public static string Partial(ulong number) => number.ToString("D6", CultureInfo.InvariantCulture) + PartialSuffix;

    /// <summary>The name of a file that is complete: it tells the digest, so that the file is found again.</summary>
    public static string Complete(UInt128 digest, ulong number) =>
        string.Create(CultureInfo.InvariantCulture, $"{digest:x32}-{number:D6}{CompleteSuffix}");

    /// <summary>Reverts <see cref="Complete"/>; false for other names.</summary>
    public static bool TryParse(string name, out UInt128 digest)
    {
        digest = default;
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        return name.EndsWith(CompleteSuffix, StringComparison.Ordinal)
            && dash == 32
            && UInt128.TryParse(name.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out digest);
    }

    /// <summary>Removes what no ingest can take up again. Requires: none has begun.</summary>
    public static void Sweep(IFileSystem files, string directory)
    {
        string root = Path.Combine(directory, FileNames.Staging);
        foreach (string name in files.List(directory).Contains(FileNames.Staging) ? files.List(root) : [])
        {
            if (!name.StartsWith(NamedPrefix, StringComparison.Ordinal))
            {
                files.DeleteDirectory(Path.Combine(root, name));
            }
        }
    }

    /// <summary>Takes the folder of an ingest.</summary>
    /// <param name="name">Null for a folder of its own that does not outlive a crash.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    /// <exception cref="DatabaseException">An ingest of that name is in progress.</exception>
    public string Take(string? name)
    {
        Check(name);
        string folder = Path.Combine(Root, name is null ? Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) : NamedPrefix + name);
        lock (_lock)
        {
            if (!_inUse.Add(folder))
            {
                throw new DatabaseException($"An ingest of the name '{name}' is in progress.");
            }

            try
            {
                files.CreateDirectory(folder);
                if (name is not null)
                {
                    RemoveFoldersNotInUse();
                }
            }
            catch
            {
                _inUse.Remove(folder);
                throw;
            }
        }

        return folder;
    }

    /// <summary>Removes the folder of an ingest that has ended.</summary>
    public void Free(string folder)
    {
        lock (_lock)
        {
            files.DeleteDirectory(folder);
            _inUse.Remove(folder);
        }
    }

    /// <summary>Removes what a crash left of ingests and nobody has taken up.</summary>
    public void RemoveAbandoned()
    {
        lock (_lock)
        {
            if (files.List(directory).Contains(FileNames.Staging))
            {
                RemoveFoldersNotInUse();
            }
        }
    }

    /// <summary>The complete files in a folder, by digest.</summary>
    public ILookup<UInt128, string> FindComplete(string folder) => files.List(folder)
        .Select(name => (IsComplete: TryParse(name, out UInt128 digest), Digest: digest, Path: Path.Combine(folder, name)))
        .Where(file => file.IsComplete)
        .ToLookup(file => file.Digest, file => file.Path);

    private void RemoveFoldersNotInUse()
    {
        foreach (string folder in files.List(Root).Select(name => Path.Combine(Root, name)).Where(folder => !_inUse.Contains(folder)))
        {
            files.DeleteDirectory(folder);
        }
    }

    private static void Check(string? name)
    {
        bool isValid = name is null
            || (name.Length is > 0 and <= MaxNameLength && name.All(next => char.IsAsciiLetterOrDigit(next) || next is '.' or '_' or '-'));
        if (!isValid)
        {
            throw new ArgumentException($"The name of an ingest takes 1 to {MaxNameLength} letters, digits, '.', '_' and '-'; it is '{name}'.", nameof(name));
        }
    }
}
