using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Support;

/// <summary>A preallocated file whose calls are counted before they are made.</summary>
internal sealed unsafe class FaultyPreallocatedFile(IPreallocatedFile file, Action<string, string> count) : IPreallocatedFile
{
    public string Path => file.Path;

    public long Capacity => file.Capacity;

    public byte* Map() => file.Map();

    public void Populate(long offset, long length) => file.Populate(offset, length);

    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        count("write", Path);
        file.Write(data, offset);
    }

    public void Sync()
    {
        count("sync", Path);
        file.Sync();
    }

    public void Dispose() => file.Dispose();
}
