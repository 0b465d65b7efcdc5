using System.Text;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>
/// Files of a whole database are damaged, cut or lost: it says so or has everything, and a refused open destroys nothing. The tests of each
/// format flip every byte; here it counts that every file is really checked, by an open or by the reads after it.
/// </summary>
public sealed class DatabaseDamageTests : IDisposable
{
    private const int Flushed = 60;
    private const int Logged = 30;
    private const int FlipsOfAFile = 12;

    private readonly TemporaryDirectory _directory = new();
    private byte[] _olderManifest = [];

    private static DatabaseOptions Options => new() { MemtableBytes = 64 << 10, BlockBytes = 512 };

    private string Original => _directory["original"];

    private string Copy => _directory["copy"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Database_WhenAnyFileIsDamaged_SaysSoOrHasEverything()
    {
        string[] files = await WriteOriginalAsync();
        Random random = new(11);
        int refused = 0;
        foreach (string file in files)
        {
            byte[] whole = File.ReadAllBytes(Path.Combine(Original, file));
            int used = Array.FindLastIndex(whole, value => value != 0) + 1;
            for (int i = 0; i < FlipsOfAFile; i++)
            {
                int offset = random.Next(used);
                byte[] damaged = [.. whole];
                damaged[offset] ^= (byte)(1 << random.Next(8));

                DatabaseException? exception = OpenAndRead(file, damaged);

                Assert.True(exception is not null, $"{file}: a flip at {offset} went unnoticed.");
                Assert.True(exception.Error is DatabaseError.Corruption, $"{file}, {offset}: {exception.Message}");
                Assert.Equal(Path.Combine(Copy, file), exception.File);
                refused++;
            }
        }

        Assert.Equal(FlipsOfAFile * files.Length, refused);
    }

    [Fact]
    public async Task Database_WhenAnyFileIsCutOrLost_StopsTheOpenAndDestroysNothing()
    {
        string[] files = await WriteOriginalAsync();
        foreach (string file in files)
        {
            byte[] whole = File.ReadAllBytes(Path.Combine(Original, file));
            foreach (int? length in new int?[] { null, 0, 1, whole.Length / 3, whole.Length / 2, whole.Length - 1 })
            {
                CopyOriginal();
                string path = Path.Combine(Copy, file);
                File.Delete(path);
                if (length is { } cut)
                {
                    File.WriteAllBytes(path, whole[..cut]);
                }

                DatabaseException exception = Assert.Throws<DatabaseException>(() => Database.Open(Copy, Options));
                Assert.True(exception.Error is DatabaseError.Corruption or DatabaseError.InputOutput, $"{file} cut to {length}: {exception.Message}");

                // The operator finds the file again.
                File.WriteAllBytes(path, whole);
                ReadAll();
            }
        }
    }

    [Fact]
    public async Task Database_WhenAnOlderManifestTookThePlaceOfTheNewest_StopsBeforeItSweeps()
    {
        await WriteOriginalAsync();
        CopyOriginal();
        string manifest = Directory.GetFiles(Copy, "MANIFEST-*").Single();
        byte[] newest = File.ReadAllBytes(manifest);
        File.WriteAllBytes(manifest, _olderManifest);

        DatabaseException exception = Assert.Throws<DatabaseException>(() => Database.Open(Copy, Options));

        Assert.Equal(DatabaseError.Corruption, exception.Error);
        File.WriteAllBytes(manifest, newest);
        ReadAll();
    }

    /// <summary>A database with segments in two levels, a manifest of several edits and a log, as a killed process leaves it.</summary>
    private async Task<string[]> WriteOriginalAsync()
    {
        using Database database = Database.Open(_directory["open"], Options);
        Keyspace a = database.CreateKeyspace("a");
        Keyspace b = database.CreateKeyspace("b");
        for (int flush = 0; flush < 2; flush++)
        {
            Put(database, a, b, 0, Flushed / 2);
            await database.FlushAsync();
        }

        _olderManifest = File.ReadAllBytes(Files("MANIFEST-*").Single());
        await database.CompactAsync();
        Put(database, a, b, Flushed / 2, Flushed / 2);
        await database.FlushAsync();
        Put(database, a, b, Flushed, Logged);

        // Two compacted segments and one flush for both; the log and the one prepared to follow it. What they replaced is on its way out.
        await Eventually.TrueAsync(() => Files("*.seg").Length == 3 && Files("*.log").Length == 2);
        string[] names = ["CURRENT", .. Files("MANIFEST-*"), .. Files("*.seg"), .. Files("*.log")];
        names = [.. names.Select(path => Path.GetFileName(path))];
        Directory.CreateDirectory(Original);
        Array.ForEach(names, name => File.Copy(Path.Combine(_directory["open"], name), Path.Combine(Original, name)));

        // The prepared log holds nothing yet; all others count.
        return names[..^1];

        string[] Files(string pattern) => [.. Directory.GetFiles(_directory["open"], pattern).Order(StringComparer.Ordinal)];
    }

    private static void Put(Database database, Keyspace a, Keyspace b, int first, int count)
    {
        WriteBatch batch = new();
        for (int i = first; i < first + count; i++)
        {
            batch.Clear();
            batch.Put(a, Key(i), Value(i));
            batch.Put(b, Key(i), Value(i));
            database.Write(batch, Durability.Sync);
        }
    }

    private DatabaseException? OpenAndRead(string file, byte[] bytes)
    {
        CopyOriginal();
        File.WriteAllBytes(Path.Combine(Copy, file), bytes);
        try
        {
            ReadAll();
            return null;
        }
        catch (DatabaseException exception)
        {
            return exception;
        }
    }

    private void CopyOriginal()
    {
        if (Directory.Exists(Copy))
        {
            Directory.Delete(Copy, recursive: true);
        }

        Directory.CreateDirectory(Copy);
        foreach (string path in Directory.GetFiles(Original))
        {
            File.Copy(path, Path.Combine(Copy, Path.GetFileName(path)));
        }
    }

    private void ReadAll()
    {
        using Database database = Database.Open(Copy, Options);
        foreach (string name in (string[])["a", "b"])
        {
            Keyspace keyspace = database.FindKeyspace(name)!;
            using DatabaseIterator entries = database.Scan(keyspace);
            for (int i = 0; i < Flushed + Logged; i++)
            {
                Assert.True(entries.MoveNext());
                Assert.True(entries.Key.SequenceEqual(Key(i)) && entries.Value.SequenceEqual(Value(i)), $"Entry {i} is wrong.");
                Assert.Equal(Value(i), database.Get(keyspace, Key(i)));
            }

            Assert.False(entries.MoveNext());
        }
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number:D4}");

    private static byte[] Value(int number) => Encoding.UTF8.GetBytes($"value-{number}-{new string((char)('a' + (number % 26)), 40)}");
}
