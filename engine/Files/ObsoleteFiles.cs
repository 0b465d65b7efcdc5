using Basalt.Engine.Manifest;

namespace Basalt.Engine.Files;

/// <summary>
/// Files that no longer belong to the newest version, and when each may go: once every version that is older than its departure has
/// been released and no lease names it.
/// </summary>
/// <remarks>
/// Comparing version numbers, and not counting references per file, makes taking and releasing a version O(1) however many files it
/// has. The price: one long-held version also keeps files that came and went after it. Thread-safe, except that leases of the
/// files must not change during <see cref="TakeDeletable"/> and <see cref="HeldBytes"/> (manifest lock).
/// </remarks>
internal sealed class ObsoleteFiles
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _liveVersions = [];
    private readonly List<(SegmentFile File, long LeftAt)> _files = [];

    public void VersionCreated(long number)
    {
        lock (_lock)
        {
            _liveVersions.Add(number);
        }
    }

    /// <summary>Notes that a version has no reference left; true if it was the last one of all.</summary>
    public bool VersionReleased(long number)
    {
        lock (_lock)
        {
            _liveVersions.Remove(number);
            return _liveVersions.Count == 0;
        }
    }

    /// <summary>Notes that the newest version from <paramref name="leftAt"/> on does not name the file.</summary>
    public void Add(SegmentFile file, long leftAt)
    {
        lock (_lock)
        {
            _files.Add((file, leftAt));
        }
    }

    /// <summary>Bytes of files that nothing but leases keeps. Requires: manifest lock held.</summary>
    public long HeldBytes()
    {
        lock (_lock)
        {
            return _files.Sum(entry => entry.File.Leases > 0 ? entry.File.Length : 0);
        }
    }

    /// <summary>Removes and returns the files that nothing names any more. Requires: manifest lock held.</summary>
    public List<SegmentFile> TakeDeletable()
    {
        lock (_lock)
        {
            long oldest = _liveVersions.Count > 0 ? _liveVersions.Min : long.MaxValue;
            List<SegmentFile> deletable = [];
            _files.RemoveAll(entry =>
            {
                bool free = entry.File.Leases == 0 && entry.LeftAt <= oldest;
                if (free)
                {
                    deletable.Add(entry.File);
                }

                return free;
            });
            return deletable;
        }
    }
}
