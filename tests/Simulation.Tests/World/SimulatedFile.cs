using Basalt.Engine;

namespace Basalt.Simulation.Tests.World;

/// <summary>An open file of one life of the process.</summary>
internal abstract class SimulatedFile(SimulatedWorld world, FileNode file, string path)
{
    private readonly int _life = world.Life;

    public string Path { get; } = path;

    protected FileNode File { get; } = file;

    protected SimulatedWorld World { get; } = world;

    public static DatabaseException Failure(FaultKind fault, Call call) => new(
        fault == FaultKind.NoSpace ? DatabaseError.OutOfSpace : DatabaseError.InputOutput,
        $"{call.Kind} failed: {(fault == FaultKind.NoSpace ? "no space left on the device" : "input/output error")}.",
        call.Path);

    protected Call Enter(CallKind kind, long size = 0, string? place = null)
    {
        Call call = new(kind, Path, place ?? Places.OfFile(World.Activity, kind, Path), size);
        if (_life != World.Life)
        {
            throw new SimulationFailure($"A handle of an earlier process is used: {call}.");
        }

        FaultKind fault = World.Enter(call);
        if (fault != FaultKind.None)
        {
            Fail(fault);
            throw Failure(fault, call);
        }

        return call;
    }

    /// <summary>What a failing call leaves behind.</summary>
    protected virtual void Fail(FaultKind fault)
    {
        if (fault == FaultKind.SyncError)
        {
            File.FailSync(World.Random);
        }
    }

    /// <summary>Writes, and a part of it only if that fails.</summary>
    protected void Write(ReadOnlySpan<byte> data, long offset, string? place = null)
    {
        Call call = new(CallKind.Write, Path, place ?? Places.OfFile(World.Activity, CallKind.Write, Path), data.Length);
        FaultKind fault = World.Enter(call);
        if (fault != FaultKind.None)
        {
            // The page cache takes whole parts of pages: what fails within a sector has not happened at all.
            long end = (offset + World.Random.Next(data.Length + 1)) / FileNode.SectorBytes * FileNode.SectorBytes;
            File.Write(data[..(int)Math.Max(0, end - offset)], offset);
            throw Failure(fault, call);
        }

        File.Write(data, offset);
        World.Leave(call);
    }
}
