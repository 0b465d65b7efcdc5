using Basalt.Engine.Storage;

namespace Basalt.Engine.Segments;

internal sealed class SegmentWriter : IDisposable
{
    public SegmentWriter(IWritableFile file, SegmentOrigin origin, SegmentWriterOptions options) => throw new NotImplementedException();

    public long EntryCount => throw new NotImplementedException();

    public long EstimatedLength => throw new NotImplementedException();

    public void Add(ReadOnlySpan<byte> key, ulong trailer, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    public SegmentMetadata Finish() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
