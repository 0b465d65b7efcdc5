using System.Buffers.Binary;
using System.Diagnostics;
using Basalt.Engine.Compression;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Compression;

/// <summary>
/// Exchanges blocks with the reference <c>lz4</c> tool, both ways. The tool wraps blocks in the LZ4 frame format: magic, descriptor, then
/// blocks with a length each (highest bit: stored), then a zero length.
/// </summary>
public sealed class Lz4ReferenceToolTests
{
    private const uint Magic = 0x184D2204;
    private const uint StoredFlag = 1u << 31;

    /// <summary>Version 1, independent blocks, no checksums; at most 4 MiB a block; checksum of those two bytes.</summary>
    private static readonly byte[] Descriptor = [0x60, 0x70, 0x73];

    private static readonly BlockCodec Codec = BlockCodec.For(CompressionKind.Lz4);

    private static readonly byte[][] Samples =
    [
        CompressionSamples.Text(1, 17),
        CompressionSamples.Text(2, 4096),
        CompressionSamples.Text(3, 1_000_003),
        CompressionSamples.Pattern(4, 1, 70_000),
        CompressionSamples.Pattern(5, 7, 70_000),
        [.. CompressionSamples.Noise(6, 70_000), .. CompressionSamples.Noise(6, 70_000)],
        [.. CompressionSamples.Noise(7, 30_000), .. CompressionSamples.Text(8, 30_000), .. CompressionSamples.Pattern(9, 200, 9000)],
    ];

    [Lz4ToolFact]
    public async Task Compress_WhenToolDecompresses_ThenItReadsTheSame()
    {
        using var directory = new TemporaryDirectory();
        foreach (byte[] sample in Samples)
        {
            await File.WriteAllBytesAsync(directory["in.lz4"], Frame(sample));

            await RunToolAsync("-d", "-f", "-q", directory["in.lz4"], directory["out"]);

            byte[] restored = await File.ReadAllBytesAsync(directory["out"]);
            Assert.True(sample.AsSpan().SequenceEqual(restored), $"sample of {sample.Length} bytes");
        }
    }

    [Lz4ToolFact]
    public async Task TryDecompress_WhenToolCompressed_ThenItReadsTheSame()
    {
        using var directory = new TemporaryDirectory();
        foreach (byte[] sample in Samples)
        {
            foreach (string level in new[] { "-1", "-9", "-12" })
            {
                await File.WriteAllBytesAsync(directory["in"], sample);

                await RunToolAsync(level, "-f", "-q", "-B7", "--no-frame-crc", directory["in"], directory["out.lz4"]);

                byte[] restored = new byte[sample.Length];
                Assert.True(TryUnframe(await File.ReadAllBytesAsync(directory["out.lz4"]), restored), $"sample of {sample.Length} at {level}");
                Assert.True(sample.AsSpan().SequenceEqual(restored), $"sample of {sample.Length} at {level}");
            }
        }
    }

    private static byte[] Frame(byte[] block)
    {
        byte[] frame = new byte[15 + Codec.MaxCompressedLength(block.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        Descriptor.CopyTo(frame, 4);
        int written = Codec.Compress(block, frame.AsSpan(11));
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(7), written);
        frame.AsSpan(11 + written, 4).Clear();
        return frame[..(11 + written + 4)];
    }

    private static bool TryUnframe(byte[] frame, byte[] destination)
    {
        Assert.Equal(Magic, BinaryPrimitives.ReadUInt32LittleEndian(frame));
        byte flags = frame[4];
        bool hasContentSize = (flags & 0x08) != 0;
        Assert.Equal(0x60, flags & ~0x08);
        ReadOnlySpan<byte> block = frame.AsSpan(hasContentSize ? 15 : 7);
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(block);
        int length = (int)(header & ~StoredFlag);
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(block[(4 + length)..]));
        BlockCodec codec = (header & StoredFlag) != 0 ? BlockCodec.For(CompressionKind.None) : Codec;
        return codec.TryDecompress(block.Slice(4, length), destination);
    }

    private static async Task RunToolAsync(params string[] arguments)
    {
        using Process tool = Process.Start(new ProcessStartInfo(Lz4ToolFactAttribute.ToolPath, arguments) { RedirectStandardError = true })!;
        string errors = await tool.StandardError.ReadToEndAsync();
        await tool.WaitForExitAsync();
        Assert.True(tool.ExitCode == 0, $"lz4 {string.Join(' ', arguments)}: {errors}");
    }
}
