using System.Runtime.InteropServices;
using Basalt.Engine.Storage;

namespace Basalt.Simulation.Tests.World;

internal sealed unsafe class SimulatedPreallocatedFile(SimulatedWorld world, FileNode file, string path)
    : SimulatedFile(world, file, path), IPreallocatedFile
{
    public long Capacity { get; } = file.Length;

    public byte* Map()
    {
        File.IsMapped = true;

        // The array is pinned, and stays while the file is mapped.
        return (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(File.Cache, 0);
    }

    public void Populate(long offset, long length)
    {
    }

    public void Write(ReadOnlySpan<byte> data, long offset) => Write(data, offset, place: null);

    public void Sync()
    {
        Call call = Enter(CallKind.Sync);
        File.Sync();
        World.Leave(call);
    }

    public void Dispose()
    {
    }
}
