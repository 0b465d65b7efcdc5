namespace Basalt.Engine.Memory;

internal sealed class ArenaPool : IDisposable
{
    public ArenaPool(long arenaCapacity) => throw new NotImplementedException();

    public NativeArena Rent(long minimumCapacity) => throw new NotImplementedException();

    public void Return(NativeArena arena) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
