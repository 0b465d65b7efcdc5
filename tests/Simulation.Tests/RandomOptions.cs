using Basalt.Backup;
using Basalt.Engine;

namespace Basalt.Simulation.Tests;

/// <summary>Options that make small databases do everything that large ones do.</summary>
internal static class RandomOptions
{
    public static DatabaseOptions OfDatabase(Random random) => new()
    {
        Durability = random.Next(2) == 0 ? Durability.Sync : Durability.Buffered,
        MemtableBytes = 64 << 10 << random.Next(3),
        MaxSealedMemtables = random.Next(1, 4),
        BlockCacheBytes = random.Next(3) * (128L << 10),
        BlockBytes = 512 << random.Next(5),
        Compression = (CompressionKind)random.Next(2),
        FilterBitsPerKey = random.Next(2) * 10,
        SegmentBytes = 64 << 10 << random.Next(2),
        LevelBaseBytes = 64 << 10 << random.Next(3),
        Level0CompactionTrigger = random.Next(2, 5),
        Level0StopTrigger = random.Next(5, 12),
    };

    public static BackupOptions OfBackups(Random random) => new()
    {
        PackThresholdBytes = random.Next(3) * 2048,
        PackBytes = 64 << 10,
        MaxBufferBytes = 1 << 20,
        BackendAttempts = random.Next(1, 6),
    };
}
