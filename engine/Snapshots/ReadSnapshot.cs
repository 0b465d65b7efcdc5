namespace Basalt.Engine;

/// <summary>A read-only view of all keyspaces at one sequence number. Cheap; in memory only; keeps old versions from compaction.</summary>
public sealed class ReadSnapshot : IDisposable
{
    /// <summary>The last write that is visible.</summary>
    public ulong Sequence => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
