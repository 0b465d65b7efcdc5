using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>Random walks over a database against a sorted dictionary. A failure prints its seed and the shortest walk that fails.</summary>
public sealed class DatabaseModelTests
{
    [Fact]
    public void RandomOperations_WithDefaultOptions_AgreeWithTheModel() => CheckWalks(new DatabaseOptions
    {
        Durability = Durability.Buffered,
        MemtableBytes = 1 << 20,
        BlockCacheBytes = 1 << 20,
    });

    [Fact]
    public void RandomOperations_WithTinyMemtablesBlocksAndLevels_AgreeWithTheModel() => CheckWalks(new DatabaseOptions
    {
        Durability = Durability.Buffered,
        MemtableBytes = 64 << 10,
        BlockBytes = 512,
        SegmentBytes = 64 << 10,
        LevelBaseBytes = 64 << 10,
        Level0CompactionTrigger = 2,
        BlockCacheBytes = 16 << 10,
        FilterBitsPerKey = 2,
    });

    [Fact]
    public void RandomOperations_WithSyncAndWithoutCacheFilterAndCompression_AgreeWithTheModel() => CheckWalks(new DatabaseOptions
    {
        Durability = Durability.Sync,
        MemtableBytes = 256 << 10,
        BlockCacheBytes = 0,
        FilterBitsPerKey = 0,
        Compression = CompressionKind.None,
    });

    private static void CheckWalks(DatabaseOptions options) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(30),
        Prop.ForAll(OperationGenerator.Walks(longest: 80), walk =>
        {
            using ModelledDatabase database = new(options);
            foreach (Operation operation in walk)
            {
                database.Apply(operation);
            }

            database.VerifyAll();
        }));
}
