namespace Basalt.Engine.Storage;

/// <summary>A file open for positional reads by any number of threads.</summary>
internal interface IReadableFile : IDisposable
{
    /// <summary>The path, for messages.</summary>
    string Path { get; }

    /// <summary>Length in bytes when opened.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/>.</summary>
    /// <exception cref="DatabaseException">The file ends early (corruption) or the read failed.</exception>
    void ReadExactly(Span<byte> destination, long offset);

    /// <summary>Asks the kernel to read a range ahead.</summary>
    void WillNeed(long offset, long length);

    /// <summary>Asks the kernel to drop a range from the page cache (<c>POSIX_FADV_DONTNEED</c>).</summary>
    void DontNeed(long offset, long length);
}
