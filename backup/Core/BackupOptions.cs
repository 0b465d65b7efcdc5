using Basalt.Backup.Naming;

namespace Basalt.Backup;

/// <summary>How a <see cref="BackupService"/> works. Validated once, by its constructor.</summary>
public sealed record BackupOptions
{
    /// <summary>The name of this node in backups: 1 to 128 of letters, digits, '.', '_' and '-', not starting with a dot.</summary>
    public string NodeName { get; init; } = "node1";

    /// <summary>Transfers at a time. 1 to 64; unless told, one per processor, at least 2 and at most 4. Of small documents four times as many.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 4);

    /// <summary>
    /// Most bytes of transfer buffers at any time, of all jobs of the service together. 1 MiB to 4 GiB, 64 MiB unless told. Transfers
    /// wait for a buffer rather than pass it.
    /// </summary>
    public long MaxBufferBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Most bytes per second that all transfers of the service together pass on, in either direction. 0 (no limit, unless told) or
    /// 1 MiB to 1 TiB. Backups give way to writers by themselves; this is for networks and disks that others share.
    /// </summary>
    public long MaxBytesPerSecond { get; init; }

    /// <summary>Segments below this many bytes travel together in packs. 0 (none) to 16 MiB, 256 KiB unless told.</summary>
    public int PackThresholdBytes { get; init; } = 256 << 10;

    /// <summary>Bytes at which a pack is closed. 64 KiB to 1 GiB, 16 MiB unless told.</summary>
    public long PackBytes { get; init; } = 16L << 20;

    /// <summary>
    /// How long the engine keeps the segments of an interrupted backup for it to be resumed. 1 minute to 30 days, 6 hours unless told;
    /// renewed while the backup runs.
    /// </summary>
    public TimeSpan LeaseTimeToLive { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Tries of a call that failed in a way that may pass, with growing pauses between. 1 (no second try) to 20, 5 unless told.</summary>
    public int BackendAttempts { get; init; } = 5;

    /// <summary>How long a call of the store may stand still before it counts as failed. 1 second to 1 hour, 1 minute unless told.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether backups may be made in a store that cannot create an object only if it is absent. They are whole and verified all the same,
    /// but an attempt can only be canceled, resumed or given up by the process that makes it. Off unless told.
    /// </summary>
    public bool AllowDegradedStores { get; init; }

    /// <summary>The software that makes the backups, written into them.</summary>
    public string Producer { get; init; } = "basalt/" + (typeof(BackupOptions).Assembly.GetName().Version?.ToString(3) ?? "0");

    /// <summary>The clock. The system's unless told.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How many extents of the repository are listed before a node asks for its own one by one: so many in any case, and so many for each that it would
    /// ask for.
    /// </summary>
    internal (int Least, int PerAsked) ListedExtents { get; init; } = (100_000, 32);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Producer);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (!RepositoryLayout.IsNodeName(NodeName))
        {
            throw new ArgumentException(
                $"BackupOptions.NodeName takes 1 to 128 letters, digits, '.', '_' and '-', not starting with a dot; it is '{NodeName}'.");
        }

        RequireRange(Parallelism, 1, 64, nameof(Parallelism));
        RequireRange(MaxBufferBytes, 1L << 20, 4L << 30, nameof(MaxBufferBytes));
        if (MaxBytesPerSecond != 0)
        {
            RequireRange(MaxBytesPerSecond, 1L << 20, 1L << 40, nameof(MaxBytesPerSecond));
        }

        RequireRange(PackThresholdBytes, 0, 16 << 20, nameof(PackThresholdBytes));
        RequireRange(PackBytes, 64 << 10, 1L << 30, nameof(PackBytes));
        RequireRange(LeaseTimeToLive.Ticks, TimeSpan.TicksPerMinute, 30 * TimeSpan.TicksPerDay, nameof(LeaseTimeToLive));
        RequireRange(BackendAttempts, 1, 20, nameof(BackendAttempts));
        RequireRange(StallTimeout.Ticks, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour, nameof(StallTimeout));
    }

    private static void RequireRange(long value, long minimum, long maximum, string name)
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(name, value, $"BackupOptions.{name} takes {minimum} to {maximum}.");
        }
    }
}
