namespace Basalt.Engine.Memory;

internal sealed unsafe class NativeArena : IDisposable
{
    public NativeArena(long capacity) => throw new NotImplementedException();

    public long Capacity => throw new NotImplementedException();

    public long Used => throw new NotImplementedException();

    public void Touch() => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
