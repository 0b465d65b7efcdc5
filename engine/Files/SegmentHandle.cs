using Basalt.Engine.Storage;

namespace Basalt.Engine.Files;

/// <summary>
/// A segment file for reading: open while it is read now and then, see <see cref="SegmentHandles"/>. Thread-safe; no read may begin once it
/// is disposed.
/// </summary>
/// <remarks>
/// 1. <c>_readers</c> counts the reads under way; below 0 there is no file to read from.
/// 2. It becomes and stops being negative only under the lock, and becomes so only from 0. So whoever has counted a read has the file.
/// </remarks>
internal sealed class SegmentHandle : IReadableFile
{
    private const int Shut = int.MinValue / 2;

    private readonly SegmentHandles _all;
    private readonly IFileSystem _fileSystem;
    private readonly LinkedListNode<SegmentHandle> _node;
    private readonly Lock _lock = new();
    private IReadableFile? _file;
    private int _readers = Shut;
    private volatile bool _wasRead;
    private bool _isDisposed;

    public SegmentHandle(SegmentHandles all, IFileSystem fileSystem, string path)
    {
        _all = all;
        _fileSystem = fileSystem;
        _node = new LinkedListNode<SegmentHandle>(this);
        Path = path;
    }

    public string Path { get; }

    public long Length
    {
        get
        {
            IReadableFile file = Enter();
            long length = file.Length;
            Leave();
            return length;
        }
    }

    public void ReadExactly(Span<byte> destination, long offset)
    {
        IReadableFile file = Enter();
        try
        {
            file.ReadExactly(destination, offset);
        }
        finally
        {
            Leave();
        }
    }

    public void WillNeed(long offset, long length)
    {
        IReadableFile file = Enter();
        try
        {
            file.WillNeed(offset, length);
        }
        finally
        {
            Leave();
        }
    }

    public void DontNeed(long offset, long length)
    {
        IReadableFile file = Enter();
        try
        {
            file.DontNeed(offset, length);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Closes the file, unless it is being read or was since the last call. True: it is closed.</summary>
    public bool TryClose()
    {
        if (_wasRead)
        {
            _wasRead = false;
            return false;
        }

        lock (_lock)
        {
            if (_file is null)
            {
                return true;
            }

            if (Interlocked.CompareExchange(ref _readers, Shut, 0) != 0)
            {
                return false;
            }

            _file.Dispose();
            _file = null;
            return true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _readers = Shut;
            _file?.Dispose();
            _file = null;
        }

        _all.Closed(_node);
    }

    private IReadableFile Enter()
    {
        int readers = Volatile.Read(ref _readers);
        while (readers >= 0)
        {
            int seen = Interlocked.CompareExchange(ref _readers, readers + 1, readers);
            if (seen == readers)
            {
                if (!_wasRead)
                {
                    _wasRead = true;
                }

                return _file!;
            }

            readers = seen;
        }

        return Open();
    }

    private void Leave() => Interlocked.Decrement(ref _readers);

    private IReadableFile Open()
    {
        IReadableFile file;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_file is not null)
            {
                Interlocked.Increment(ref _readers);
                return _file;
            }

            _file = file = _fileSystem.OpenRead(Path);
            Volatile.Write(ref _readers, 1);
        }

        _all.Opened(_node);
        return file;
    }
}
