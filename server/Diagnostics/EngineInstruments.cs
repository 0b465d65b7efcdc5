using System.Diagnostics.Metrics;
using System.Globalization;
using Basalt.Engine;

namespace Basalt.Server.Diagnostics;

/// <summary>The figures of the engine, from its public statistics.</summary>
internal static class EngineInstruments
{
    /// <summary>Adds them to a meter.</summary>
    public static void AddTo(Meter meter, Database database)
    {
        Counter("basalt_engine_writes_total", "Puts and deletes.", statistics => statistics.Writes);
        Counter("basalt_engine_stalls_total", "Writes that waited for flushes or compactions.", statistics => statistics.Stalls);
        meter.CreateObservableCounter(
            "basalt_engine_stall_seconds_total", () => database.GetStatistics().StallTime.TotalSeconds, description: "Time that writes waited.");
        Counter("basalt_engine_wal_syncs_total", "Syncs of the log.", statistics => statistics.LogSyncs);
        meter.CreateObservableCounter(
            "basalt_engine_wal_sync_seconds_bucket", () => SyncBuckets(database), description: "Syncs of the log that took no longer than le.");
        meter.CreateObservableCounter(
            "basalt_engine_wal_sync_seconds_sum",
            () => database.GetStatistics().LogSyncTimes.Total.TotalSeconds,
            description: "Time that syncs of the log took.");
        Counter("basalt_engine_wal_sync_seconds_count", "Syncs of the log.", statistics => statistics.LogSyncTimes.Counts.Sum());
        Gauge("basalt_engine_wal_bytes", "Bytes of the log.", statistics => statistics.LogBytes);
        Counter("basalt_engine_flushes_total", "Memtables written to segments.", statistics => statistics.Flushes);
        Counter("basalt_engine_flush_bytes_total", "Bytes written by flushes.", statistics => statistics.FlushBytes);
        Counter("basalt_engine_compactions_total", "Compactions.", statistics => statistics.Compactions);
        Counter("basalt_engine_compaction_bytes_total", "Bytes written by compactions.", statistics => statistics.CompactionBytes);
        Gauge("basalt_engine_memtable_bytes", "Bytes in memtables.", statistics => statistics.MemtableBytes);
        Gauge("basalt_engine_sealed_memtables", "Full memtables that wait for their flush.", statistics => statistics.SealedMemtables);
        Gauge("basalt_engine_segments", "Segments.", statistics => statistics.Segments);
        Gauge("basalt_engine_segment_bytes", "Bytes of segments.", statistics => statistics.SegmentBytes);
        Counter("basalt_engine_cache_hits_total", "Blocks found in the cache.", statistics => statistics.CacheHits);
        Counter("basalt_engine_cache_misses_total", "Blocks read from files.", statistics => statistics.CacheMisses);
        Gauge("basalt_engine_cache_bytes", "Bytes of blocks in the cache.", statistics => statistics.CacheBytes);
        Gauge("basalt_engine_held_bytes", "Bytes of files kept only for leases and readers.", statistics => statistics.HeldBytes);
        Gauge("basalt_engine_out_of_space", "1 while background work waits for disk space.", statistics => statistics.IsOutOfSpace ? 1 : 0);
        meter.CreateObservableGauge(
            "basalt_engine_level_segments",
            () => ByLevel(database, statistics => statistics.SegmentsPerLevel.Select(count => (long)count)),
            description: "Segments by level.");
        meter.CreateObservableGauge(
            "basalt_engine_level_bytes", () => ByLevel(database, statistics => statistics.BytesPerLevel), description: "Bytes of segments by level.");
        meter.CreateObservableGauge("basalt_engine_leases", () => (long)database.Leases.Count, description: "Leases of backups.");
        meter.CreateObservableGauge(
            "basalt_engine_lease_bytes", () => database.Leases.Sum(lease => lease.LeasedBytes), description: "Bytes that leases cover.");
        meter.CreateObservableGauge(
            "basalt_engine_lease_held_bytes", () => database.Leases.Sum(lease => lease.HeldBytes), description: "Bytes that only leases keep.");

        void Counter(string name, string description, Func<DatabaseStatistics, long> value) =>
            meter.CreateObservableCounter(name, () => value(database.GetStatistics()), description: description);

        void Gauge(string name, string description, Func<DatabaseStatistics, long> value) =>
            meter.CreateObservableGauge(name, () => value(database.GetStatistics()), description: description);
    }

    /// <summary>As the buckets of a Prometheus histogram: each counts those of the shorter ones, too.</summary>
    private static IEnumerable<Measurement<long>> SyncBuckets(Database database)
    {
        DurationDistribution times = database.GetStatistics().LogSyncTimes;
        long sum = 0;
        for (int number = 0; number < times.Counts.Count; number++)
        {
            sum += times.Counts[number];
            string bound = number < times.Bounds.Count ? times.Bounds[number].TotalSeconds.ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            yield return new Measurement<long>(sum, new KeyValuePair<string, object?>("le", bound));
        }
    }

    private static IEnumerable<Measurement<long>> ByLevel(Database database, Func<KeyspaceStatistics, IEnumerable<long>> select)
    {
        var levels = new SortedDictionary<int, long>();
        foreach (Keyspace keyspace in database.Keyspaces)
        {
            IEnumerable<long> values;
            try
            {
                values = select(database.GetStatistics(keyspace));
            }
            catch (DatabaseException) when (keyspace.IsDropped)
            {
                // Dropped between the list and the question.
                continue;
            }

            foreach ((int level, long value) in values.Index())
            {
                levels[level] = levels.GetValueOrDefault(level) + value;
            }
        }

        return levels.Select(level => new Measurement<long>(level.Value, new KeyValuePair<string, object?>("level", level.Key)));
    }
}
