using Basalt.Engine.Storage;

namespace Basalt.Engine.Files;

/// <summary>
/// The handles of segment files. A database has as many of these files as it has data, a process only so many handles: of more than
/// that the ones not read for the longest time are closed, and opened again by the next read. Thread-safe.
/// </summary>
/// <param name="fileSystem">Opens the files.</param>
internal sealed class SegmentHandles(IFileSystem fileSystem)
{
    /// <summary>Logs, connections and transfers need the others.</summary>
    private const int ShareOfProcess = 2;

    private readonly Lock _lock = new();

    /// <summary>Those that are open, by the order in which they were opened or looked at.</summary>
    private readonly LinkedList<SegmentHandle> _open = [];

    private readonly int _limit = Math.Max(1, fileSystem.MaxOpenFiles / ShareOfProcess);

    /// <summary>A handle for a file, which is opened by the first read.</summary>
    public SegmentHandle Create(string path) => new(this, fileSystem, path);

    /// <summary>Takes note of a handle that was opened, and closes others if there are too many. Requires: no lock of a handle is held.</summary>
    public void Opened(LinkedListNode<SegmentHandle> handle)
    {
        lock (_lock)
        {
            if (handle.List is null)
            {
                _open.AddLast(handle);
            }

            // Each has a second chance. If all of them are being read just now, there are more for a while.
            for (int looks = 2 * _open.Count; _open.Count > _limit && looks > 0; looks--)
            {
                LinkedListNode<SegmentHandle> oldest = _open.First!;
                _open.Remove(oldest);
                if (!oldest.Value.TryClose())
                {
                    _open.AddLast(oldest);
                }
            }
        }
    }

    /// <summary>Takes note of a handle that was closed for good.</summary>
    public void Closed(LinkedListNode<SegmentHandle> handle)
    {
        lock (_lock)
        {
            if (handle.List is not null)
            {
                _open.Remove(handle);
            }
        }
    }
}
