using System.Diagnostics;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Xunit.Abstractions;

namespace Basalt.Backup.Tests.Service;

/// <summary>What a transfer takes of memory does not depend on how much there is to transfer.</summary>
[Collection(nameof(AloneCollection))]
public sealed class MemoryTests(ITestOutputHelper output) : DisposableTest
{
    private const int ValueBytes = 64 << 10;
    private const int Values = 4_800;
    private const long MaxAllocatedBytes = 48L << 20;

    private readonly Workbench _bench = new();

    [Fact]
    public async Task CreateAndRestore_WhenTheStoreIsLargerThanAllBuffers_StayWithinThem()
    {
        var options = new BackupOptions();

        // No compaction beside the transfers: it would be measured with them.
        DatabaseOptions databaseOptions = new() { Durability = Durability.None, BlockCacheBytes = 8 << 20, Level0CompactionTrigger = 30 };
        Database source = _bench.OpenDatabase(options: databaseOptions);
        Contents.Fill(source, "Book", Values, seed: 1, valueBytes: ValueBytes);
        await source.FlushAsync();
        BackupService creating = _bench.OpenService(source, options, _bench.Repository);
        Database target = _bench.OpenDatabase("target", databaseOptions);
        BackupService restoring = _bench.OpenService(target, options, _bench.Repository);

        BackupSummary created = await MeasureAsync("backup", () => creating.CreateAsync(new BackupRequest("b1")));
        await MeasureAsync("restore", () => restoring.RestoreAsync("b1"));

        Assert.True(created.LogicalBytes > 4 * options.MaxBufferBytes, $"Only {created.LogicalBytes} bytes");
        Assert.InRange(creating.PeakBufferBytes, 1, options.MaxBufferBytes);
        Assert.InRange(restoring.PeakBufferBytes, 1, options.MaxBufferBytes);
        AssertEqual(source, target);
    }

    [Fact]
    public async Task CreateAndRestore_WhenBuffersAreScarce_WaitForThem()
    {
        BackupOptions options = Workbench.BackupOptions with { MaxBufferBytes = 1 << 20, Parallelism = 16 };
        Database source = _bench.OpenDatabase();
        for (int i = 0; i < 20; i++)
        {
            Contents.Fill(source, $"Book{i}", 40, seed: i, valueBytes: 4_000);
        }

        BackupService creating = _bench.OpenService(source, options);
        await creating.CreateAsync(new BackupRequest("b1"));
        Database target = _bench.OpenDatabase("target");
        BackupService restoring = _bench.OpenService(target, options);
        await restoring.RestoreAsync("b1");

        Assert.InRange(creating.PeakBufferBytes, 1, options.MaxBufferBytes);
        Assert.InRange(restoring.PeakBufferBytes, 1, options.MaxBufferBytes);
        Assert.Equal(Contents.Read(source), Contents.Read(target));
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    /// <summary>All that is allocated on the way bounds what the heap can grow by, whatever the collector does.</summary>
    private async Task<BackupSummary> MeasureAsync(string what, Func<Task<BackupSummary>> run)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        BackupSummary summary = await run();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        output.WriteLine(
            $"{what}: {summary.LogicalBytes / 1e6:F0} MB in {seconds:F2} s, {summary.LogicalBytes / 1e6 / seconds:F0} MB/s, "
            + $"{cpu.TotalSeconds:F2} s of processor, {allocated / 1024.0 / 1024:F1} MiB allocated");
        Assert.True(allocated < MaxAllocatedBytes, $"{what} allocated {allocated} bytes.");
        return summary;
    }

    private static void AssertEqual(Database expected, Database actual)
    {
        using DatabaseIterator left = expected.Scan(expected.FindKeyspace("Book")!);
        using DatabaseIterator right = actual.Scan(actual.FindKeyspace("Book")!);
        int count = 0;
        while (left.MoveNext())
        {
            Assert.True(right.MoveNext() && left.Key.SequenceEqual(right.Key) && left.Value.SequenceEqual(right.Value), $"Entry {count} differs.");
            count++;
        }

        Assert.False(right.MoveNext());
        Assert.Equal(Values, count);
    }
}
