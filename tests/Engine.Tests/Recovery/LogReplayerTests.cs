using Basalt.Engine.Manifest;
using Basalt.Engine.Memory;
using Basalt.Engine.Recovery;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Recovery;

public sealed class LogReplayerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ArenaPool _arenas = new(64 << 10);
    private readonly LogReplayer _replayer;

    public LogReplayerTests()
    {
        LocalFileSystem files = new();
        VersionSet versions = new(files, _directory.Path, Guid.NewGuid(), () => { });
        VersionEdit edit = new();
        edit.CreatedKeyspaces.Add(new KeyspaceDefinition(versions.NewKeyspaceId(), "k", 1));
        versions.Apply(edit).Release();
        _replayer = new LogReplayer(files, _directory.Path, versions, _arenas, new SegmentWriterOptions());
        versions.Close(() => { });
    }

    public void Dispose()
    {
        _replayer.Dispose();
        _arenas.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [InlineData(1)]
    public void Replay_OfABatchThatDoesNotFollowTheLast_IsCorruption(byte sequence)
    {
        _replayer.Replay(Batch(sequence: 5, keyspace: 1), "log", 10);

        DatabaseException exception = Assert.Throws<DatabaseException>(() => _replayer.Replay(Batch(sequence, keyspace: 1), "log", 20));

        Assert.Equal((DatabaseError.Corruption, "log", 20L), (exception.Error, exception.File, exception.Offset));
        Assert.Equal(5ul, _replayer.LastSequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Replay_OfABatchForAKeyspaceThatNeverWas_IsCorruption(byte keyspace)
    {
        DatabaseException exception = Assert.Throws<DatabaseException>(() => _replayer.Replay(Batch(5, keyspace), "log", 10));

        Assert.Equal((DatabaseError.Corruption, "log", 10L), (exception.Error, exception.File, exception.Offset));
    }

    [Fact]
    public void Replay_OfBytesThatAreNoBatch_IsCorruption()
    {
        byte[] batch = Batch(5, 1);

        for (int length = 0; length < batch.Length; length++)
        {
            Assert.Equal(DatabaseError.Corruption, Assert.Throws<DatabaseException>(() => _replayer.Replay(batch.AsSpan(0, length), "log", 10)).Error);
        }
    }

    /// <summary>One put of key "a" to value "b".</summary>
    private static byte[] Batch(byte sequence, byte keyspace) =>
        [sequence, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, keyspace, 1, (byte)'a', 1, (byte)'b'];
}
