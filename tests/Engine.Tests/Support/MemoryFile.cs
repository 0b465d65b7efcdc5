using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Support;

/// <summary>A file in memory: written once, then read; its bytes may be damaged between.</summary>
internal sealed class MemoryFile : IWritableFile, IReadableFile
{
    private byte[] _bytes = [];

    public string Path => "memory.seg";

    public long Length { get; private set; }

    /// <summary>Reads since the file was made.</summary>
    public int ReadCount { get; private set; }

    /// <summary>Ranges whose write-back was started.</summary>
    public List<(long Offset, long Length)> WriteBacks { get; } = [];

    /// <summary>Ranges that a reader announced.</summary>
    public List<(long Offset, long Length)> Hints { get; } = [];

    public Span<byte> Bytes => _bytes.AsSpan(0, (int)Length);

    public void Append(ReadOnlySpan<byte> data)
    {
        if (Length + data.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Max(Length + data.Length, 2L * _bytes.Length));
        }

        data.CopyTo(_bytes.AsSpan((int)Length));
        Length += data.Length;
    }

    public void ReadExactly(Span<byte> destination, long offset)
    {
        ReadCount++;
        if (offset < 0 || offset + destination.Length > Length)
        {
            throw DatabaseException.Corruption("The file ends early", Path, offset);
        }

        _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
    }

    public void Reserve(long length)
    {
    }

    public void StartWriteBack(long offset, long length) => WriteBacks.Add((offset, length));

    public void Overwrite(ReadOnlySpan<byte> data, long offset) => data.CopyTo(Bytes[(int)offset..]);

    public void Sync()
    {
    }

    public void WillNeed(long offset, long length) => Hints.Add((offset, length));

    public void DontNeed(long offset, long length)
    {
    }

    public void Dispose()
    {
    }
}
