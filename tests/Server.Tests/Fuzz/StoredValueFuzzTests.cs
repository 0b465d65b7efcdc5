using System.Collections.Immutable;
using System.Text;
using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Index;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Fuzz;

/// <summary>What is stored under the keys of classes, as a restore from a hostile repository can leave it.</summary>
public sealed class StoredValueFuzzTests
{
    private const long MaxAllocated = 8 << 20;

    [Fact]
    public void Object_WhenMutated_IsReadOrRefused()
    {
        byte[] record =
        [
            ObjectRecord.Version, .. new byte[16], 13, 0, 0, 0, .. "{\"title\":\"x\"}"u8, 2, 0, 0, 0, .. new byte[8],
            2, 0, 1, (byte)'a', 1, 0, 0, 0, .. new byte[4], 2, (byte)'b', (byte)'c', 0, 0, 0, 0,
        ];
        Fuzz(210, record, input =>
        {
            ObjectRecord read = ObjectRecord.Read(input);
            int bytes = read.Properties.Length + read.Vector.Length + read.FindVector("bc").Length;
            Assert.InRange(bytes, 0, 2 * input.Length);
        });
    }

    [Fact]
    public void Definition_WhenMutated_IsReadOrRefused()
    {
        const string Record = """
            {"format":1,"shard":"abc","class":{"class":"Book","description":"d","vectorizer":"none","vectorIndexType":"hnsw",
            "vectorIndexConfig":{"distance":"cosine","ef":-1},"invertedIndexConfig":{"indexTimestamps":true,"bm25":{"b":0.75,"k1":1.2}},
            "multiTenancyConfig":{"enabled":true,"autoTenantCreation":false},"replicationConfig":{"factor":1},
            "properties":[{"name":"title","dataType":["text"],"tokenization":"word","indexFilterable":true},{"name":"by","dataType":["Author"]},
            {"name":"o","dataType":["object"],"nestedProperties":[{"name":"n","dataType":["int"]}]}]}}
            """;
        var mutator = new JsonMutator(211);
        FuzzLoop.Run(
            211,
            ByteMutator.Rounds,
            () => mutator.Mutate(Record),
            input => Refusable(() => SchemaRecord.Decode("Book", input)),
            MaxAllocated);
    }

    [Fact]
    public void Tenant_WhenMutated_IsReadOrRefused() =>
        Fuzz(212, TenantRecord.Encode(TenantStatus.Hot), input => TenantRecord.Decode("Book", "t", input));

    [Fact]
    public void TenantWithItsPlace_WhenMutated_IsReadOrRefused() =>
        Fuzz(218, TenantRecord.Encode(TenantStatus.Hot, Guid.NewGuid(), "n1"), input =>
        {
            TenantRecord.Decode("Book", "t", input);
            Assert.True(TenantRecord.NodeOf(input) is null || TenantRecord.IdOf(input) is not null);
        });

    [Fact]
    public void TenantName_WhenMutated_IsReadOrRefused() =>
        Fuzz(213, System.Text.Encoding.UTF8.GetBytes(TenantRecord.KeyText("t-1")), key => TenantRules.CheckName(TenantRecord.Name("Book", Behind(TenantRecord.KeyPrefix, key))));

    [Fact]
    public void Alias_WhenMutated_IsReadOrRefused() =>
        Fuzz(214, AliasRecord.Key("Novel"), key => Assert.Null(NameRules.ClassNameProblem(AliasRecord.Name("Book", Behind(AliasRecord.KeyPrefix, key)))));

    [Fact]
    public void IndexKeyOfATerm_WhenMutated_IsReadOrRefused()
    {
        byte[] term = new byte[IndexKey.MaxTermLength];
        byte[][] terms = [Term("a word"u8), Term("zero \0 inside"u8), Term(new byte[IndexKey.MaxTermLength]), Term(new byte[2000])];
        for (int i = 0; i < terms.Length; i++)
        {
            Fuzz(220 + i, IndexKeyOf(terms[i]), key =>
            {
                IndexKey.ReadId(key);
                Assert.InRange(IndexKey.ReadTerm(key, term, out _), 0, key.Length);
            });
        }
    }

    [Fact]
    public void IndexKeyOfAPlace_WhenMutated_IsReadOrRefused()
    {
        byte[] place = new byte[GeoPoint.EncodedLength];
        new GeoPoint(52.5, 13.4).Write(place);
        Fuzz(217, IndexKeyOf(place), key =>
        {
            IndexKey.ReadId(key);
            GeoPoint.Read(key).DistanceTo(new GeoPoint(0, 0));
        });
    }

    [Fact]
    public void Renaming_WhenMutated_IsReadOrRefused()
    {
        var record = new RenamingRecord(["Novel", "Author"], ImmutableDictionary<string, string>.Empty.Add("Book", "Novel"));
        FuzzJson(215, Encoding.UTF8.GetString(record.Encode()), input =>
        {
            var read = RenamingRecord.Decode(input);
            Assert.DoesNotContain(null, read.Classes.Concat(read.Renames.Values));
        });
    }

    [Fact]
    public void Restore_WhenMutated_IsReadOrRefused()
    {
        var intent = new RestoreIntent(["Book"], ImmutableDictionary<string, string>.Empty.Add("Book", "Novel"), 50, OverwriteAliases: true, Guid.Empty);
        var record = new RestoreRecord(BackupState.Transferring, "broken", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) { Intent = intent };
        FuzzJson(216, Encoding.UTF8.GetString(record.Encode()), input =>
        {
            var read = RestoreRecord.Decode("filesystem/b1", input);
            Assert.True(Enum.IsDefined(read.State));
            RestoreHistory.HasWaitedTooLong(read, DateTimeOffset.UnixEpoch);
            Assert.All(read.Intent?.Classes ?? [], Assert.NotNull);
        });
    }

    private static byte[] IndexKeyOf(byte[] value) => [0, (byte)IndexKey.FirstProperty, .. value, .. new byte[IndexKey.IdLength]];

    private static byte[] Term(ReadOnlySpan<byte> term)
    {
        byte[] encoded = new byte[IndexKey.MaxEncodedTermLength];
        return encoded[..IndexKey.WriteTerm(term, encoded)];
    }

    /// <summary>A key as a scan finds it: it has the prefix, whatever comes behind.</summary>
    private static byte[] Behind(ReadOnlyMemory<byte> prefix, byte[] key) => [.. prefix.Span, .. key.AsSpan(Math.Min(prefix.Length, key.Length))];

    private static void FuzzJson(int seed, string json, Action<byte[]> read)
    {
        var mutator = new JsonMutator(seed);
        read(Encoding.UTF8.GetBytes(json));
        FuzzLoop.Run(seed, ByteMutator.Rounds, () => mutator.Mutate(json), input => Refusable(() => read(input)), MaxAllocated);
    }

    private static void Fuzz(int seed, byte[] value, Action<byte[]> read)
    {
        var mutator = new ByteMutator(seed);
        read(value);
        FuzzLoop.Run(seed, ByteMutator.Rounds, () => mutator.Mutate(value), input => Refusable(() => read(input)), MaxAllocated);
    }

    private static void Refusable(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            // What it is for.
        }
    }
}
