using System.Text;
using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Inspection;

/// <summary>
/// The files of a database as a killed process leaves them, and what it held: two keyspaces with segments in two levels, flushes that share
/// a file, overwritten and deleted keys, and a log of three files.
/// </summary>
public sealed class DamagedFixture : IAsyncLifetime, IDisposable
{
    internal const int KeysOfARound = 120;

    private readonly TemporaryDirectory _directory = new();
    private int _copies;

    internal static DatabaseOptions Options => new() { MemtableBytes = 64 << 10, BlockBytes = 512, MaxSealedMemtables = 4 };

    internal DamageOracle Oracle { get; } = new();

    internal string Original => _directory["original"];

    internal IReadOnlyList<SegmentPlacement> Segments { get; private set; } = [];

    public async Task InitializeAsync()
    {
        string open = _directory["open"];
        using (Database database = Database.Open(open, Options))
        {
            database.CreateKeyspace("a");
            database.CreateKeyspace("b");
            Write(database, 0, deletes: false);
            await database.FlushAsync();
            Write(database, 1, deletes: false);
            await database.FlushAsync();
            await database.CompactAsync();
            Write(database, 2, deletes: true);
            await database.FlushAsync();
            Write(database, 3, deletes: false);
            await database.FlushAsync();
        }

        using ManualResetEventSlim gate = new();
        InterceptedFileSystem files = new((call, path) =>
        {
            if (call == nameof(IFileSystem.Create) && path.EndsWith(".seg", StringComparison.Ordinal))
            {
                gate.Wait();
            }
        });
        using (Database database = Database.Open(open, Options with { FileSystem = files }))
        {
            for (int round = 4; Logs(open).Length < 4 && round < 40; round++)
            {
                Write(database, round, deletes: round % 2 == 0);
            }

            // Three that are written to, and the one prepared to follow.
            await Eventually.TrueAsync(() => Logs(open).Length >= 4 && IsUnused(Logs(open)[^1]));
            Copy(open, Original);
            gate.Set();
        }

        string manifest = Path.Combine(Original, CurrentFile.Read(LocalFileSystem.Instance, Original)!);
        ManifestContents contents = ManifestReader.Read(LocalFileSystem.Instance, manifest);
        Segments = VersionSet.Condense(LocalFileSystem.Instance, Original, contents.DatabaseId, contents.Edits, manifest).AddedSegments;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    internal static string[] Logs(string directory) => [.. Directory.GetFiles(directory, "*.log").Order(StringComparer.Ordinal)];

    /// <summary>A copy of its own for a test.</summary>
    internal string NewCopy()
    {
        string copy = _directory[$"copy-{Interlocked.Increment(ref _copies)}"];
        Copy(Original, copy);
        return copy;
    }

    /// <summary>A segment of keyspace <c>a</c> in a level, with the name of its file.</summary>
    internal (SegmentPlacement Placement, string File) SegmentIn(bool isLevel0)
    {
        SegmentPlacement placement = Segments.First(candidate => (candidate.Level == 0) == isLevel0);
        return (placement, FileNames.Segment(placement.Segment.Id.File));
    }

    private static bool IsUnused(string log)
    {
        using FileStream file = new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = 4096;
        byte[] record = new byte[16];
        file.ReadExactly(record);
        return !record.AsSpan().ContainsAnyExcept((byte)0);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string path in Directory.GetFiles(from))
        {
            if (Path.GetFileName(path) != FileNames.Lock)
            {
                File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
            }
        }
    }

    private void Write(Database database, int round, bool deletes)
    {
        WriteBatch batch = new();
        for (int i = round % 3; i < KeysOfARound; i += 1 + (round % 3))
        {
            foreach (string name in (string[])["a", "b"])
            {
                string key = $"key-{i:D4}";
                string? value = deletes && i % 5 == 0 ? null : $"value-{name}-{round}-{i}-{new string((char)('a' + (i % 26)), 60)}";
                Keyspace keyspace = database.FindKeyspace(name)!;
                batch.Clear();
                if (value is null)
                {
                    batch.Delete(keyspace, Encoding.UTF8.GetBytes(key));
                }
                else
                {
                    batch.Put(keyspace, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
                }

                database.Write(batch, Durability.Sync);
                Oracle.Note(name, key, database.LastSequence, value);
            }
        }
    }
}
