using System.Runtime.InteropServices;
using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;

namespace Basalt.Simulation.Tests.World;

/// <summary>With a buffer of the process, as the real one has, but small, so that writes and syncs are apart.</summary>
internal sealed class SimulatedWritableFile(SimulatedWorld world, FileNode file, string path) : SimulatedFile(world, file, path), IWritableFile
{
    private const int BufferBytes = 4096;

    private readonly List<byte> _buffer = [];
    private string? _place;

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> data)
    {
        NoteEdit(data);
        _buffer.AddRange(data);
        Length += data.Length;
        if (_buffer.Count >= BufferBytes)
        {
            WriteBuffer();
        }
    }

    public void Reserve(long length) => World.Leave(Enter(CallKind.Reserve, place: _place));

    public void StartWriteBack(long offset, long length)
    {
        if (offset + length > Length - _buffer.Count)
        {
            WriteBuffer();
        }
    }

    public void Overwrite(ReadOnlySpan<byte> data, long offset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + data.Length, Length - _buffer.Count, nameof(offset));
        Write(data, offset, _place);
    }

    public void Sync()
    {
        WriteBuffer();
        Call call = Enter(CallKind.Sync, place: _place);
        File.Sync();
        World.Leave(call);
    }

    public void Dispose()
    {
    }

    private void WriteBuffer()
    {
        if (_buffer.Count > 0)
        {
            Write(CollectionsMarshal.AsSpan(_buffer), Length - _buffer.Count, _place);
            _buffer.Clear();
        }
    }

    /// <summary>An edit says itself what it is about; the first record of a manifest is its beginning.</summary>
    private void NoteEdit(ReadOnlySpan<byte> data)
    {
        if (System.IO.Path.GetFileName(Path).StartsWith("MANIFEST", StringComparison.Ordinal) && Length > 0)
        {
            bool isFirst = _place is null;
            VersionEdit edit = VersionEditCodec.Decode(data[ManifestFormat.RecordHeaderLength..^1].ToArray());
            _place = isFirst ? "manifest switch" : Places.OfEdit(World.Activity, edit);
        }
    }
}
