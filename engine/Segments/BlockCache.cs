namespace Basalt.Engine.Segments;

internal sealed class BlockCache : IDisposable
{
    public BlockCache(long capacityBytes) => throw new NotImplementedException();

    public long UsedBytes => throw new NotImplementedException();

    public long Hits => throw new NotImplementedException();

    public long Misses => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
