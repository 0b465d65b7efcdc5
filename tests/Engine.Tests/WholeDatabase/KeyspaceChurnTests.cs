using System.Globalization;
using Basalt.Tests.Support;
using Xunit.Abstractions;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>
/// Keyspaces that come and go leave nothing: 20,000 of them, or as many as <c>BASALT_KEYSPACE_CHURN</c> says.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class KeyspaceChurnTests(ITestOutputHelper output) : IDisposable
{
    private const int Batch = 50;

    /// <summary>A manifest is written anew when it is longer than a mebibyte.</summary>
    private const long MostManifestBytes = 3 << 20;

    private const long MostMemoryGrowth = 16 << 20;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Keyspaces_WhenVeryManyComeAndGo_LeaveNothing()
    {
        int keyspaces = int.Parse(Environment.GetEnvironmentVariable("BASALT_KEYSPACE_CHURN") ?? "20000", CultureInfo.InvariantCulture);
        DatabaseOptions options = new() { Durability = Durability.Buffered, MemtableBytes = 1 << 20 };
        long manifestBytes = 0;
        int files = 0;
        using (Database database = Database.Open(_directory.Path, options))
        {
            Keyspace lasting = database.CreateKeyspace("lasting");
            long memory = 0;
            for (int first = 0; first < keyspaces; first += Batch)
            {
                IReadOnlyList<Keyspace> passing = database.CreateKeyspaces(
                    [.. Enumerable.Range(first, Batch).Select(number => string.Create(CultureInfo.InvariantCulture, $"passing {number}"))]);
                foreach (Keyspace keyspace in passing)
                {
                    database.Put(keyspace, "key"u8, "a value"u8);
                }

                database.Put(lasting, BitConverter.GetBytes(first), "stays"u8);
                database.DropKeyspaces(passing);
                if (first == keyspaces / 4 / Batch * Batch)
                {
                    await database.FlushAsync();
                    memory = GC.GetTotalMemory(forceFullCollection: true);
                }

                if (first % (Batch * 20) == 0)
                {
                    manifestBytes = Math.Max(manifestBytes, Directory.GetFiles(_directory.Path, "MANIFEST-*").Sum(file => new FileInfo(file).Length));
                    files = Math.Max(files, Directory.GetFiles(_directory.Path).Length);
                }
            }

            await database.FlushAsync();
            long growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
            output.WriteLine($"{keyspaces} keyspaces: at most {manifestBytes} bytes of manifests and {files} files; memory grew by {growth} bytes");
            Assert.InRange(manifestBytes, 1, MostManifestBytes);
            Assert.InRange(files, 1, 60);
            Assert.InRange(growth, long.MinValue, MostMemoryGrowth);
            Assert.Equal(["lasting"], database.Keyspaces.Select(keyspace => keyspace.Name));
        }

        using Database reopened = Database.Open(_directory.Path, options);
        using DatabaseIterator entries = reopened.Scan(reopened.FindKeyspace("lasting")!);
        int count = 0;
        while (entries.MoveNext())
        {
            count++;
        }

        Assert.Equal((keyspaces + Batch - 1) / Batch, count);
    }
}
