namespace Basalt.Engine.Storage;

/// <summary>
/// A file being written from front to back by one thread. Appended bytes may wait in a buffer of the process until <see cref="Sync"/>;
/// disposing a file that was not synced drops them, because such a file is unfinished and nobody may rely on it.
/// </summary>
internal interface IWritableFile : IDisposable
{
    /// <summary>The path, for messages.</summary>
    string Path { get; }

    /// <summary>Bytes appended so far.</summary>
    long Length { get; }

    /// <summary>Appends bytes (into the buffer or the page cache).</summary>
    void Append(ReadOnlySpan<byte> data);

    /// <summary>
    /// Reserves disk space for the first <paramref name="length"/> bytes, so that appends up to there cannot meet a full disk. The length stays.
    /// A wish where the file system cannot.
    /// </summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.OutOfSpace"/>; the file is as it was.</exception>
    void Reserve(long length);

    /// <summary>
    /// Starts write-back of the range without waiting (<c>sync_file_range</c>), so that the final sync finds little to do. No
    /// durability promise.
    /// </summary>
    void StartWriteBack(long offset, long length);

    /// <summary>Replaces bytes that were synced before (in the page cache; durable with the next <see cref="Sync"/>).</summary>
    void Overwrite(ReadOnlySpan<byte> data, long offset);

    /// <summary>Makes all appended bytes and the length durable.</summary>
    void Sync();
}
