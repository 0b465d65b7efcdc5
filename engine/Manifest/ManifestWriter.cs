using Basalt.Engine.Checksums;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Manifest;

/// <summary>Appends edits to a manifest file; each is durable when <see cref="Append"/> returns.</summary>
internal sealed class ManifestWriter : IDisposable
{
    /// <summary>
    /// Reserved ahead of the edits. On a full disk those that free space must still get through: drops of keyspaces, ends of leases.
    /// </summary>
    private const long ReserveBytes = 64 << 10;

    private readonly IWritableFile _file;
    private readonly Guid _databaseId;
    private long _reserved;

    public ManifestWriter(IFileSystem fileSystem, string path, Guid databaseId)
    {
        _databaseId = databaseId;
        _file = fileSystem.Create(path);
        _file.Append(ManifestFormat.FileHeader(databaseId));
    }

    public string Path => _file.Path;

    /// <summary>Bytes written.</summary>
    public long Length => _file.Length;

    /// <summary>Makes sure of the disk space of an edit and returns the record to append.</summary>
    /// <exception cref="DatabaseException"><see cref="DatabaseError.OutOfSpace"/>; nothing was written, and the writer is as it was.</exception>
    public byte[] Reserve(VersionEdit edit)
    {
        byte[] record = ManifestFormat.Record(VersionEditCodec.Encode(edit), _file.Length);
        long end = _file.Length + record.Length;
        if (end + (ReserveBytes / 2) <= _reserved)
        {
            return record;
        }

        try
        {
            _file.Reserve(end + ReserveBytes);
            _reserved = end + ReserveBytes;
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace && end <= _reserved)
        {
            // What was reserved before is there for this.
        }

        return record;
    }

    /// <param name="record">What <see cref="Reserve"/> returned last.</param>
    public void Append(byte[] record)
    {
        _file.Append(record);
        _file.Sync();
        Span<byte> watermark = stackalloc byte[DurableWatermark.Bytes];
        ManifestFormat.WriteWatermark(watermark, _databaseId, _file.Length);
        _file.Overwrite(watermark, ManifestFormat.WatermarkOffset);
    }

    public void Dispose() => _file.Dispose();
}
