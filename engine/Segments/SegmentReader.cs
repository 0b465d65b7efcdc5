using Basalt.Engine.Iteration;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Segments;

internal sealed class SegmentReader : IDisposable
{
    public static SegmentReader Open(IReadableFile file, long offset, SegmentMetadata metadata, BlockCache cache) => throw new NotImplementedException();

    public LookupResult TryGet(ReadOnlySpan<byte> key, ulong sequence, ref PinnedValue value) => throw new NotImplementedException();

    public InternalIterator CreateIterator(bool fillCache) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
