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
