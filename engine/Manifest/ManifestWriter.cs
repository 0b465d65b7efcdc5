using Basalt.Engine.Checksums;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

/// <summary>Appends edits to a manifest file; each is durable when <see cref="Append"/> returns.</summary>
internal sealed class ManifestWriter : IDisposable
{
    private readonly IWritableFile _file;
    private readonly Guid _databaseId;

    public ManifestWriter(IFileSystem fileSystem, string path, Guid databaseId)
    {
        _databaseId = databaseId;
        _file = fileSystem.Create(path);
        _file.Append(ManifestFormat.FileHeader(databaseId));
    }

    public string Path => _file.Path;

    /// <summary>Bytes written.</summary>
    public long Length => _file.Length;

    public void Append(VersionEdit edit)
    {
        _file.Append(ManifestFormat.Record(VersionEditCodec.Encode(edit), _file.Length));
        _file.Sync();
        Span<byte> watermark = stackalloc byte[DurableWatermark.Bytes];
        ManifestFormat.WriteWatermark(watermark, _databaseId, _file.Length);
        _file.Overwrite(watermark, ManifestFormat.WatermarkOffset);
    }

    public void Dispose() => _file.Dispose();
}
