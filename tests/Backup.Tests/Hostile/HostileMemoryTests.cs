using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Basalt.Backup.Tests.Service;

namespace Basalt.Backup.Tests.Hostile;

/// <summary>Documents that would take all memory. What other tests allocate would be counted with it, so none runs beside these.</summary>
[Collection(nameof(AloneCollection))]
public sealed class HostileMemoryTests : HostileRepositoryTest
{
    [Fact]
    public async Task Restore_WhenAShardListUnpacksToGigabytes_StopsAndNamesIt()
    {
        string shard = Forger.ShardWith(packed: false);
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] blank = new byte[1 << 20];
            blank.AsSpan().Fill((byte)' ');
            for (int i = 0; i < 1024; i++)
            {
                gzip.Write(blank);
            }
        }

        Forger.PutCompressed(shard, bomb.ToArray(), []);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        BackupException failure = await AssertRefusedAsync(shard);

        Assert.Contains("more than any document", failure.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 256 << 20);
    }

    [Fact]
    public async Task Restore_WhenAShardListHasAMillionEntries_IsRefusedInBoundedMemory()
    {
        string shard = Forger.ShardWith(packed: false);
        string entry = Forger.Read(shard)["files"]![0]!.ToJsonString();
        JsonObject document = Forger.Read(shard);
        string start = document.ToJsonString();
        string head = start[..(start.IndexOf("\"files\":[", StringComparison.Ordinal) + 9)];
        int copies = 300_000;
        Forger.Put(shard, Encoding.UTF8.GetBytes($"{head}{string.Join(',', Enumerable.Repeat(entry, copies))}]}}"));
        long before = GC.GetTotalAllocatedBytes(precise: true);

        await AssertRefusedAsync(shard);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 1L << 30);
    }
}
