using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Schema;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <summary>The parts in which restored classes come, and the bundle that makes them visible, as bytes.</summary>
public sealed class SchemaPartTests
{
    private const long MaxAllocated = 16 << 20;

    [Fact]
    public void Parts_OfMoreThanOneTakes_AreReadAsTheyWereWritten()
    {
        var random = new Random(1);
        SchemaEntry[] entries = [.. Enumerable.Range(0, 3_000).Select(number => new SchemaEntry("Book", $"tenant/{number}", Noise(random, number % 1_000)))];

        byte[][] parts = [.. SchemaPart.Encode(entries)];

        Assert.InRange(parts.Length, 2, 10);
        Assert.All(parts, part => Assert.InRange(part.Length, 1, ClusterTransaction.MaxBytes - (16 << 10)));
        Assert.Equal(entries.Select(Describe), parts.SelectMany(part => SchemaPart.Decode(part)).Select(Describe));
    }

    [Fact]
    public void Part_OfAnEntryThatDoesNotFitHoweverPacked_IsRefusedNamingIt()
    {
        RequestException refusal = Assert.Throws<RequestException>(
            () => SchemaPart.Encode([new SchemaEntry("Book", "class", Noise(new Random(1), ClusterTransaction.MaxBytes))]).ToArray());

        Assert.Contains("class Book", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Part_WhenMutated_IsReadOrRefused() =>
        Fuzz(230, SchemaPart.Encode(Enumerable.Range(0, 20).Select(number => new SchemaEntry("Book", $"tenant/{number}", "HOT"u8.ToArray()))).Single(), input => SchemaPart.Decode(input));

    [Fact]
    public void Bundle_WhenMutated_IsReadOrRefused() =>
        Fuzz(231, new SchemaBundle(Guid.CreateVersion7(), 3, "0123456789abcdef").Encode(), input => SchemaBundle.Decode(input));

    [Fact]
    public void Bundle_ThatWasWritten_IsReadTheSame()
    {
        var bundle = new SchemaBundle(Guid.CreateVersion7(), 3, "0123456789abcdef");

        Assert.Equal(bundle, SchemaBundle.Decode(bundle.Encode()));
    }

    [Theory]
    [InlineData("""{"format":3,"operation":"0197a7a2-0000-7000-8000-000000000000","parts":1,"checksum":"0"}""", "format 3")]
    [InlineData("""{"format":2,"parts":1,"checksum":"0"}""", "cannot be read")]
    [InlineData("[]", "cannot be read")]
    public void Bundle_ThatThisServerDoesNotKnow_IsRefusedClearly(string json, string expected)
    {
        ClusterException refusal = Assert.Throws<ClusterException>(() => SchemaBundle.Decode(System.Text.Encoding.UTF8.GetBytes(json)));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static string Describe(SchemaEntry entry) => $"{entry.ClassName} {entry.Key} {Convert.ToHexString(entry.Value!.Value.Span)}";

    private static void Fuzz(int seed, byte[] value, Action<byte[]> read)
    {
        var mutator = new ByteMutator(seed);
        read(value);
        FuzzLoop.Run(seed, ByteMutator.Rounds, () => mutator.Mutate(value), Refusable, MaxAllocated);

        void Refusable(byte[] input)
        {
            try
            {
                read(input);
            }
            catch (ClusterException)
            {
                // What it is for.
            }
        }
    }
}
