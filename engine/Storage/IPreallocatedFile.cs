namespace Basalt.Engine.Storage;

/// <summary>A file of fixed, reserved size, written in place. Writing inside the capacity never runs out of disk space.</summary>
internal unsafe interface IPreallocatedFile : IDisposable
{
    /// <summary>The path, for messages.</summary>
    string Path { get; }

    /// <summary>Reserved bytes; a reopened file that was longer than asked keeps its length.</summary>
    long Capacity { get; }

    /// <summary>Maps the whole file shared and writable, once; unmapped by <see cref="IDisposable.Dispose"/>.</summary>
    byte* Map();

    /// <summary>Pre-faults a range of the mapping for writing (<c>MADV_POPULATE_WRITE</c>); a hint, errors are ignored by design.</summary>
    void Populate(long offset, long length);

    /// <summary>Writes at an offset (into the page cache).</summary>
    void Write(ReadOnlySpan<byte> data, long offset);

    /// <summary>Makes everything written so far durable (<c>fdatasync</c>), mapped writes included.</summary>
    void Sync();
}
