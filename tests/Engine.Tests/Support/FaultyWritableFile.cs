using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Support;

/// <summary>A file whose calls are counted before they are made.</summary>
internal sealed class FaultyWritableFile(IWritableFile file, Action<string, string> count) : IWritableFile
{
    public string Path => file.Path;

    public long Length => file.Length;

    public void Append(ReadOnlySpan<byte> data)
    {
        count("append", Path);
        file.Append(data);
    }

    public void StartWriteBack(long offset, long length)
    {
        count("write back", Path);
        file.StartWriteBack(offset, length);
    }

    public void Overwrite(ReadOnlySpan<byte> data, long offset)
    {
        count("overwrite", Path);
        file.Overwrite(data, offset);
    }

    public void Sync()
    {
        count("sync", Path);
        file.Sync();
    }

    public void Dispose() => file.Dispose();
}
