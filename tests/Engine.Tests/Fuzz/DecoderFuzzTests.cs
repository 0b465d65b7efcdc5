using System.Text;
using Basalt.Engine.Commit;
using Basalt.Engine.Compression;
using Basalt.Engine.Keys;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Snapshots;
using Basalt.Engine.Wal;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Fuzz;

/// <summary>
/// Mutated input for every decoder of the engine, behind its checksum: it is refused or read, but nothing outside of it is touched, no memory
/// without bound is taken, and nothing is thrown that is not foreseen.
/// </summary>
public sealed unsafe class DecoderFuzzTests
{
    private const int Capacity = 64 << 10;
    private const long MaxAllocated = 1 << 20;

    [Fact]
    public void DataBlock_WhenMutated_IsRefusedOrReadInsideItsBounds()
    {
        using var memory = new FencedMemory(Capacity);
        Fuzz(1, CreateBlock(), input =>
        {
            if (DataBlock.TryParse(memory.Put(input), input.Length, out DataBlock block))
            {
                var cursor = new DataBlockCursor(64);
                cursor.SetBlock(block);
                int entries = 0;
                for (cursor.SeekToFirst(); cursor.IsValid; cursor.Next())
                {
                    entries += cursor.Key.Length + cursor.Value.Length >= 0 ? 1 : 0;
                    block.TryFind(cursor.Key, cursor.Trailer, out _);
                    block.TryFind(cursor.Key, InternalKey.SeekTrailer(InternalKey.MaxSequence), out _);
                }

                cursor.Seek("key-07"u8, ulong.MaxValue);
                cursor.SeekBefore("key-07"u8, 0);
                cursor.SeekToLast();
                Assert.InRange(entries, 1, input.Length);
            }
        });
    }

    [Fact]
    public void SegmentIndex_WhenMutated_IsRefusedOrReadInsideItsBounds()
    {
        using var memory = new FencedMemory(Capacity);
        byte[] section = CreateIndex(out long blocks, out long dataLength);
        Fuzz(2, section, input =>
        {
            using SegmentIndex? index = SegmentIndex.TryRead(memory.Put(input), input.Length, blocks, dataLength);
            if (index is not null)
            {
                Assert.InRange(index.Find("key-5"u8, 0), 0, index.BlockCount - 1);
                Assert.InRange(index.Find(""u8, ulong.MaxValue), 0, index.BlockCount - 1);
                Assert.Equal(dataLength, index.OffsetOf(index.BlockCount));
            }
        });
    }

    [Fact]
    public void Lz4_WhenMutated_IsRefusedOrFillsItsTarget()
    {
        byte[] plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"object {i % 17} and more of the same; ")));
        byte[] packed = new byte[plain.Length * 2];
        int length = BlockCodec.For(CompressionKind.Lz4).Compress(plain, packed);
        using var source = new FencedMemory(Capacity);
        using var target = new FencedMemory(Capacity);
        byte* destination = target.Put(plain);
        Fuzz(3, packed.AsSpan(0, length).ToArray(), input => Lz4Decoder.TryDecode(source.Put(input), input.Length, destination, plain.Length));
    }

    [Fact]
    public void Batch_WhenMutated_IsMalformedOrRead()
    {
        using var memory = new FencedMemory(Capacity);
        Fuzz(4, CreateBatch(), input =>
        {
            var reader = new BatchReader(new ReadOnlySpan<byte>(memory.Put(input), input.Length));
            int operations = 0;
            while (reader.MoveNext())
            {
                operations += reader.Key.Length + reader.Value.Length >= 0 ? 1 : 0;
            }

            Assert.InRange(operations, 0, input.Length);
        });
    }

    [Fact]
    public void VersionEdit_WhenMutated_IsRefusedOrRead()
    {
        Fuzz(5, CreateEdit(), input =>
        {
            try
            {
                VersionEditCodec.Decode(input);
            }
            catch (FormatException)
            {
                // What it is for.
            }
        });
    }

    [Fact]
    public void LogRecord_WhenMutated_IsRefusedOrRead()
    {
        byte[] payload = CreateBatch();
        byte[] room = new byte[LogRecordFormat.SizeOf(payload.Length) + LogRecordFormat.TerminatorBytes];
        uint seed = LogRecordFormat.Seed(Guid.Empty, 1);
        fixed (byte* start = room)
        {
            LogRecordFormat.Write(start, seed, 4096, LogRecordType.Batch, payload, []);
        }

        byte[] record = room[..(int)LogRecordFormat.SizeOf(payload.Length)];

        Assert.True(LogRecordFormat.TryRead(record, seed, 4096, out _, out _));
        Fuzz(6, record, input =>
        {
            int claimed = input.Length < LogRecordFormat.HeaderBytes ? -1 : LogRecordFormat.ClaimedLength(input);
            if (claimed >= 0 && LogRecordFormat.SizeOf(claimed) <= input.Length)
            {
                bool isRecord = LogRecordFormat.TryRead(
                    input.AsSpan(0, (int)LogRecordFormat.SizeOf(claimed)), seed, 4096, out _, out ReadOnlySpan<byte> content);
                Assert.True(!isRecord || content.SequenceEqual(payload), "Another payload passed for the one that was written.");
            }
        });
    }

    /// <summary>Runs a decoder on mutations of a good input.</summary>
    private static void Fuzz(int seed, byte[] input, Action<byte[]> decode)
    {
        var mutator = new ByteMutator(seed);
        decode(input);
        FuzzLoop.Run(seed, ByteMutator.Rounds, () => mutator.Mutate(input), decode, MaxAllocated);
    }

    private static byte[] CreateBlock()
    {
        using var builder = new DataBlockBuilder(4096);
        string last = "";
        for (int i = 0; i < 60; i++)
        {
            string key = $"key-{i / 2:D2}";
            int shared = key.Zip(last).TakeWhile(pair => pair.First == pair.Second).Count();
            builder.Add(shared, Encoding.ASCII.GetBytes(key), ((ulong)(1000 - i) << 8) | 1, new byte[i * 3]);
            last = key;
        }

        return builder.Finish().ToArray();
    }

    private static byte[] CreateIndex(out long blocks, out long dataLength)
    {
        using var builder = new IndexBuilder();
        builder.BeginFirstBlock();
        builder.EndBlock(4000);
        for (int i = 1; i < 40; i++)
        {
            byte[] last = Encoding.ASCII.GetBytes($"key-{i}"), first = Encoding.ASCII.GetBytes($"key-{i}x");
            builder.BeginBlock(last, 77, i % 5 == 0 ? last : first, last.Length);
            builder.EndBlock(4000 + i);
        }

        blocks = builder.BlockCount;
        dataLength = 4000 + Enumerable.Range(1, 39).Sum(i => 4000L + i);
        return builder.Finish()[..^sizeof(uint)].ToArray();
    }

    private static byte[] CreateBatch()
    {
        using var directory = new TemporaryDirectory();
        using Database database = Database.Open(directory.Path);
        Keyspace keyspace = database.CreateKeyspace("k");
        var batch = new WriteBatch();
        for (int i = 0; i < 20; i++)
        {
            batch.Put(keyspace, Encoding.ASCII.GetBytes($"key-{i}"), new byte[i * 20]);
            batch.Delete(keyspace, Encoding.ASCII.GetBytes($"key-{i / 2}"));
        }

        return batch.Encoded.ToArray();
    }

    private static byte[] CreateEdit()
    {
        var edit = new VersionEdit { LogFloor = 7, NextFileNumber = 300, NextKeyspaceId = 4, LastSequence = 1L << 40 };
        edit.CreatedKeyspaces.Add(new KeyspaceDefinition(3, "Book/s/objects", 99));
        edit.DroppedKeyspaces.Add(2);
        edit.AddedSegments.Add(new SegmentPlacement(3, 6, CreateSegment(5)));
        edit.RemovedSegments.Add(new SegmentRemoval(1, new SegmentId(4, 4096)));
        edit.LeasedSegments.Add(CreateSegment(8));
        edit.GrantedLeases.Add(new LeaseGrant(
            Guid.NewGuid(), "backup", 99, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, [new LeasedKeyspace("a", [(0, new SegmentId(8, 0))])]));
        edit.RenewedLeases.Add(new LeaseRenewal(Guid.NewGuid(), DateTimeOffset.UnixEpoch));
        edit.ReleasedLeases.Add(Guid.NewGuid());
        return VersionEditCodec.Encode(edit);
    }

    private static SegmentDefinition CreateSegment(ulong file) => new(new SegmentId(file, 0), new SegmentMetadata
    {
        Origin = new SegmentOrigin(Guid.NewGuid(), file, 0),
        Length = 5000,
        Digest = new UInt128(1, 2),
        Extents = [new ExtentDigest(5000, new UInt128(3, 4), 5)],
        SmallestKey = "a"u8.ToArray(),
        LargestKey = "z"u8.ToArray(),
        SmallestSequence = 1,
        LargestSequence = 2,
        EntryCount = 3,
        TombstoneCount = 1,
        RawBytes = 9000,
    });
}
