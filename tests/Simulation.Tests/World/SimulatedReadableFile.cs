using Basalt.Engine;
using Basalt.Engine.Storage;

namespace Basalt.Simulation.Tests.World;

internal sealed class SimulatedReadableFile(SimulatedWorld world, FileNode file, string path) : SimulatedFile(world, file, path), IReadableFile
{
    public long Length { get; } = file.Length;

    public void ReadExactly(Span<byte> destination, long offset)
    {
        Call call = Enter(CallKind.Read, destination.Length);
        if (offset + destination.Length > File.Length)
        {
            throw new DatabaseException(DatabaseError.Corruption, $"The file ends at {File.Length}.", Path, offset);
        }

        File.Cache.AsSpan((int)offset, destination.Length).CopyTo(destination);
        World.Leave(call);
    }

    public void WillNeed(long offset, long length)
    {
    }

    public void DontNeed(long offset, long length)
    {
    }

    public void Dispose()
    {
    }
}
