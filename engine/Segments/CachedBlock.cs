namespace Basalt.Engine.Segments;

internal sealed class CachedBlock
{
    public void Release() => throw new NotImplementedException();
}
