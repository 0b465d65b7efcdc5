using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Storage;

/// <summary>Positional reads (<c>pread</c>) of an immutable file.</summary>
internal sealed class LocalReadableFile : IReadableFile
{
    private readonly SafeFileHandle _handle;

    public LocalReadableFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;
        Length = RandomAccess.GetLength(handle);
    }

    public string Path { get; }

    public long Length { get; }

    public void ReadExactly(Span<byte> destination, long offset)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int read = ReadSome(destination[done..], offset + done);
            if (read == 0)
            {
                throw DatabaseException.Damage(
                    $"The file ends {destination.Length - done} bytes too early for a read of {destination.Length}.", Path, offset);
            }

            done += read;
        }
    }

    public void WillNeed(long offset, long length) => PlatformCalls.AdviseWillNeed(_handle, offset, length, Path);

    public void DontNeed(long offset, long length) => PlatformCalls.AdviseDontNeed(_handle, offset, length, Path);

    public void Dispose() => _handle.Dispose();

    private int ReadSome(Span<byte> destination, long offset)
    {
        try
        {
            return RandomAccess.Read(_handle, destination, offset);
        }
        catch (Exception cause) when (FileFailure.IsFileFailure(cause))
        {
            throw FileFailure.Create($"Reading {destination.Length} bytes at offset {offset}", Path, cause);
        }
    }
}
