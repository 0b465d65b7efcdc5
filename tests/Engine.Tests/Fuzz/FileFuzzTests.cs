using System.Buffers.Binary;
using System.Text;
using Basalt.Engine.Checksums;
using Basalt.Engine.Commit;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Engine.Tests.Segments;
using Basalt.Engine.Wal;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Fuzz;

/// <summary>
/// Whole files whose content was changed and whose checksums were made to fit, as a writer with a fault or somebody with bad intentions
/// leaves them: they are read or refused by a <see cref="DatabaseException"/>.
/// </summary>
public sealed class FileFuzzTests : IDisposable
{
    private const long MaxAllocated = 8 << 20;
    private static readonly Guid DatabaseId = new("6f1c2a34-0000-4000-8000-0123456789ab");

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0, CompressionKind.None)]
    [InlineData(0, CompressionKind.Lz4)]
    [InlineData(1, CompressionKind.None)]
    [InlineData(2, CompressionKind.None)]
    [InlineData(3, CompressionKind.None)]
    [InlineData(4, CompressionKind.None)]
    public void Segment_WhenAPartIsMutated_IsRefusedOrReadInsideItsBounds(int part, CompressionKind compression)
    {
        var forger = new SegmentForger(compression);
        byte[] content = forger.Part(part);
        using var cache = new BlockCache(1 << 20);
        Fuzz(20 + part, ByteMutator.Rounds / 4, content, input =>
        {
            (IReadableFile file, SegmentMetadata metadata) = forger.With(part, part == 0 ? SealFirstBlock(input, forger) : input);
            using SegmentReader reader = SegmentReader.Open(file, 0, metadata, cache);
            Assert.InRange(SegmentFixture.ReadForward(reader, fillCache: false).Count, 0, 10 * (int)file.Length);
            Assert.InRange(SegmentFixture.ReadBackward(reader, fillCache: true).Count, 0, 10 * (int)file.Length);
            SegmentFixture.Get(reader, "key/00000017"u8.ToArray(), ulong.MaxValue >> 8);
            SegmentFixture.Get(reader, [], 0);
        });
    }

    [Fact]
    public void Current_WhenMutated_IsRefusedOrRead()
    {
        CurrentFile.Prepare(_files, _directory.Path, "MANIFEST-000001");
        CurrentFile.Switch(_files, _directory.Path);
        Fuzz(30, ByteMutator.Rounds / 4, "MANIFEST-000001"u8.ToArray(), input =>
        {
            byte[] name = input;
            byte[] line = input.Length % 2 == 0 ? input : [.. name, .. Encoding.ASCII.GetBytes($" {Crc32C.Compute(name):x8}\n")];
            File.WriteAllBytes(_directory["CURRENT"], line);
            CurrentFile.Read(_files, _directory.Path);
        });
    }

    [Fact]
    public void Manifest_WhenItsBytesAreMutated_IsRefusedOrRead()
    {
        string path = _directory["MANIFEST-000001"];
        using (ManifestWriter writer = new(_files, path, DatabaseId))
        {
            writer.Append(writer.Reserve(new VersionEdit { LogFloor = 3, NextFileNumber = 900 }));
            writer.Append(writer.Reserve(new VersionEdit { LogFloor = 4 }));
        }

        Fuzz(31, ByteMutator.Rounds / 4, File.ReadAllBytes(path), input =>
        {
            File.WriteAllBytes(path, input);
            ManifestReader.Read(_files, path);
        });
    }

    [Fact]
    public void Manifest_WhenARecordSaysThatItsLengthIsNegative_IsRefused()
    {
        string path = _directory["MANIFEST-000001"];
        byte[] header = ManifestFormat.FileHeader(DatabaseId);
        foreach (int length in (int[])[-1, int.MinValue, int.MaxValue, int.MaxValue - ManifestFormat.RecordHeaderLength])
        {
            byte[] record = ManifestFormat.Record([1, 3], header.Length);
            BinaryPrimitives.WriteInt32LittleEndian(record, length);
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), ManifestFormat.HeaderChecksum(record.AsSpan(0, 8), header.Length));
            File.WriteAllBytes(path, [.. header, .. record]);

            Exception? failure = Record.Exception(() => ManifestReader.Read(_files, path));

            // What the end of the file may have cut short is no damage.
            Assert.True(length > 0 ? failure is null : failure is DatabaseException { Error: DatabaseError.Corruption }, $"{length}: {failure}");
        }
    }

    [Fact]
    public void VersionEdit_WhenAKeySaysThatItIsHuge_AllocatesNothingForIt()
    {
        byte[] edit = VersionEditCodec.Encode(new VersionEdit());
        byte[] claim = [7, 1, 0, 1, 0, .. new byte[16], 1, 0, 1, .. new byte[16], 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<FormatException>(() => VersionEditCodec.Decode([.. edit, .. claim]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Log_WhenMutated_IsRefusedOrRead()
    {
        byte[] whole = WriteLog();
        int used = Array.FindLastIndex(whole, value => value != 0) + 64;
        byte[] content = whole[LogHeader.PageBytes..used];
        Fuzz(32, ByteMutator.Rounds / 8, content, input =>
        {
            byte[] bytes = new byte[whole.Length];
            whole.AsSpan(0, LogHeader.PageBytes).CopyTo(bytes);
            input.AsSpan(0, Math.Min(input.Length, bytes.Length - LogHeader.PageBytes)).CopyTo(bytes.AsSpan(LogHeader.PageBytes));
            Replay(bytes);
        });
    }

    [Fact]
    public void LogHeader_WhenMutated_IsRefusedOrRead() =>
        Fuzz(33, ByteMutator.Rounds, WriteLog()[..LogHeader.PageBytes], input =>
        {
            byte[] page = new byte[LogHeader.PageBytes];
            input.AsSpan(0, Math.Min(input.Length, page.Length)).CopyTo(page);
            uint crc = Crc32C.Append(Crc32C.Compute(page.AsSpan(0, 12)), page.AsSpan(16, LogHeader.WatermarkOffset - 16));
            crc = Crc32C.Append(crc, page.AsSpan(LogHeader.WatermarkOffset + DurableWatermark.Bytes));
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(12), crc);
            (LogHeader header, long watermark) = LogHeader.Read(page, "log");
            Assert.InRange(watermark, LogHeader.PageBytes, header.Capacity);
        });

    private static void Fuzz(int seed, int rounds, byte[] input, Action<byte[]> read)
    {
        var mutator = new ByteMutator(seed);
        read(input);
        FuzzLoop.Run(seed, rounds, () => mutator.Mutate(input), Refusable, MaxAllocated);

        void Refusable(byte[] mutated)
        {
            try
            {
                read(mutated);
            }
            catch (DatabaseException refused) when (refused.Error is DatabaseError.Corruption or DatabaseError.UnsupportedFormat)
            {
                // What it is for.
            }
        }
    }

    /// <summary>Gives the first block of mutated data blocks its checksum, so that it is looked into.</summary>
    private static byte[] SealFirstBlock(byte[] data, SegmentForger forger)
    {
        (IReadableFile file, SegmentMetadata metadata) = forger.With(0, forger.Part(0));
        using var cache = new BlockCache(0);
        using SegmentReader reader = SegmentReader.Open(file, 0, metadata, cache);
        int original = forger.Part(0).Length;
        byte[] sized = new byte[original];
        data.AsSpan(0, Math.Min(data.Length, original)).CopyTo(sized);
        for (int end = SegmentFormat.BlockTrailerLength; end <= original; end++)
        {
            // A block ends where the original has the checksum of what precedes.
            ReadOnlySpan<byte> block = forger.Part(0).AsSpan(0, end);
            if (BinaryPrimitives.ReadUInt32LittleEndian(block[^4..]) == Crc32C.Compute(block[..^4]))
            {
                BinaryPrimitives.WriteUInt32LittleEndian(sized.AsSpan(end - 4), Crc32C.Compute(sized.AsSpan(0, end - 4)));
                break;
            }
        }

        return sized;
    }

    private byte[] WriteLog()
    {
        using (WriteAheadLog log = WriteAheadLog.Start(_files, _directory.Path, DatabaseId, LogMedium.Staged, 1, 0, 64 << 10))
        {
            for (int i = 0; i < 30; i++)
            {
                log.HandToSystem(log.Append(new byte[(i * 7) % 40]));
            }
        }

        return File.ReadAllBytes(_directory["000001.log"]);
    }

    private void Replay(byte[] log)
    {
        File.WriteAllBytes(_directory["000001.log"], log);
        LogChain.Replay(_files, _directory.Path, 0, DatabaseId, (payload, _) =>
        {
            var reader = new BatchReader(payload);
            while (reader.MoveNext())
            {
                Assert.InRange(reader.Key.Length, 0, payload.Length);
            }
        });
    }
}
