using System.Collections.Concurrent;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>What a node keeps over restarts of its process.</summary>
internal sealed class FakeDisk
{
    private readonly ConcurrentDictionary<(Guid Operation, long Instant), int> _cuts = new();

    public (Guid Operation, long Instant)? Cut { get; private set; }

    public Guid? Staged { get; set; }

    /// <summary>Cuts that were made, by what they were for.</summary>
    public IReadOnlyDictionary<(Guid Operation, long Instant), int> Cuts => _cuts;

    public void MakeCut(Guid operation, long instant)
    {
        Cut = (operation, instant);
        _cuts.AddOrUpdate((operation, instant), 1, (_, count) => count + 1);
    }

    public void GiveUp() => Cut = null;
}
