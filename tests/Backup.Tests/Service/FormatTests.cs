using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Service;

/// <summary>Reads a repository as backup/FORMAT.md describes it, without the code that wrote it.</summary>
public sealed partial class FormatTests : DisposableTest
{
    private readonly Workbench _bench = new();
    private readonly MemoryBackend _memory = new();

    public FormatTests()
    {
        Database source = _bench.OpenDatabase();
        Contents.Fill(source, "Book/s1/objects", 100, seed: 1);
        Contents.Fill(source, "Author", 3, seed: 2);
        BackupService service = _bench.OpenService(source, backend: _memory);
        service.CreateAsync(new BackupRequest("b1")).GetAwaiter().GetResult();
        service.CreateAsync(new BackupRequest("b2") { Include = ["Author"] }).GetAwaiter().GetResult();
        service.DeleteAsync("b2").GetAwaiter().GetResult();
    }

    [Fact]
    public void Names_WhenWritten_AreThoseOfTheChapterNames()
    {
        Assert.All(_memory.Objects.Keys, key => Assert.Matches(NameRule(), key));
        Assert.Contains(_memory.Objects.Keys, key => key.StartsWith(".repo/data/", StringComparison.Ordinal));
        Assert.Contains(_memory.Objects.Keys, key => key.Contains("/pack-", StringComparison.Ordinal));
        Assert.Contains("b2/tombstone-0001.json", _memory.Objects.Keys);
    }

    [Fact]
    public void Frames_WhenWritten_HaveTheBytesOfTheChapterFrames()
    {
        foreach ((string key, byte[] bytes) in _memory.Objects.Where(entry => entry.Key.StartsWith(".repo/data/", StringComparison.Ordinal) || entry.Key.Contains("/pack-", StringComparison.Ordinal)))
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32));
            UInt128 digest = BinaryPrimitives.ReadUInt128LittleEndian(bytes.AsSpan(40));
            bool isPack = !key.StartsWith(".repo/", StringComparison.Ordinal);

            Assert.Equal("BSLTEXTN", Encoding.ASCII.GetString(bytes, 0, 8));
            Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0], bytes[8..16]);
            Assert.Contains(bytes[16..32], value => value != 0);
            Assert.Equal(bytes.Length, 64 + length + 4);
            Assert.Equal(isPack ? UInt128.Zero : XxHash128.HashToUInt128(bytes.AsSpan(64, length)), digest);
            Assert.Equal(new byte[4], bytes[56..60]);
            Assert.Equal(Masked(bytes.AsSpan(0, 60)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(60)));
            Assert.Equal(Masked(bytes.AsSpan(0, 64 + length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(64 + length)));
            Assert.True(isPack || key.Contains($"-{digest:x32}-", StringComparison.Ordinal), key);
        }
    }

    [Fact]
    public void Documents_WhenWritten_AreSealedOrHashedByTheOneAbove()
    {
        foreach ((string key, byte[] bytes) in _memory.Objects.Where(entry => entry.Key.EndsWith(".json", StringComparison.Ordinal)))
        {
            string text = Encoding.UTF8.GetString(bytes);
            Match seal = Seal().Match(text);
            Assert.True(seal.Success, key);
            Assert.Equal($"{Crc(Encoding.UTF8.GetBytes(text[..seal.Index])):x8}", seal.Groups[1].Value);
        }

        JsonElement outcome = Read("b1/outcome-0001.json");
        JsonElement node = outcome.GetProperty("nodes")[0];
        string nodeHash = node.GetProperty("sha256").GetString()!;
        Assert.Equal(Hash(_memory.Objects[node.GetProperty("key").GetString()!]), nodeHash);
        Assert.Equal(Hash(Encoding.ASCII.GetBytes(nodeHash)), outcome.GetProperty("root").GetString());
        foreach (JsonElement shard in Read("b1/0001/node1/node.json").GetProperty("shards").EnumerateArray())
        {
            Assert.Equal(Hash(_memory.Objects[shard.GetProperty("key").GetString()!]), shard.GetProperty("sha256").GetString());
        }

        foreach (JsonElement pack in Read("b1/0001/node1/node.json").GetProperty("packs").EnumerateArray())
        {
            Assert.Equal($"{Crc(_memory.Objects[pack.GetProperty("key").GetString()!]):x8}", pack.GetProperty("crc32c").GetString());
        }
    }

    [Fact]
    public void Fields_WhenWritten_AreAllNamedInTheDocument()
    {
        string format = File.ReadAllText(Path.Combine(SourceTree.Root, "backup", "FORMAT.md"));
        foreach (string key in _memory.Objects.Keys.Where(key => key.Contains(".json", StringComparison.Ordinal) && !key.EndsWith("backup_config.json", StringComparison.Ordinal)))
        {
            Assert.All(Fields(Read(key)).Distinct(), field => Assert.Contains($"`{field}`", format, StringComparison.Ordinal));
        }
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static IEnumerable<string> Fields(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field => Fields(field.Value).Prepend(field.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Fields),
        _ => [],
    };

    private static uint Masked(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc(bytes), 15) + 0xA282EAD8;

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint state = uint.MaxValue;
        foreach (byte value in bytes)
        {
            state = BitOperations.Crc32C(state, value);
        }

        return ~state;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private JsonElement Read(string key)
    {
        using var plain = new MemoryStream(_memory.Objects[key]);
        using Stream stream = key.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(plain, CompressionMode.Decompress) : plain;
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }

    [GeneratedRegex(
        @"^(\.repo/repo-\d{4}\.json"
        + @"|\.repo/caps/[0-9a-hjkmnp-tv-z]{26}\.json"
        + @"|\.repo/data/(?<hh>[0-9a-f]{2})/[0-9a-f]{32}-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-\k<hh>[0-9a-f]{30}-[0-9a-hjkmnp-tv-z]{32}"
        + @"|[a-z0-9_-]+/(claim|outcome|tombstone)-\d{4}\.json"
        + @"|[a-z0-9_-]+/\d{4}/node1/(node\.json|shard-[0-9a-hjkmnp-tv-z]{26}\.json\.gz|pack-[0-9a-hjkmnp-tv-z]{26})"
        + @"|[a-z0-9_-]+/backup_config\.json)$")]
    private static partial Regex NameRule();

    [GeneratedRegex(@",""crc32c"":""([0-9a-f]{8})""\}\n$")]
    private static partial Regex Seal();
}
