using System.IO.Hashing;
using Basalt.Backup.Checksums;
using Basalt.Backup.Extents;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Transfers;

namespace Basalt.Backup.Tests.Extents;

public sealed class FrameTests : IDisposable
{
    private const string Key = "data/x";

    private readonly MemoryBackend _backend = new();
    private readonly TransferBuffers _buffers = new(1 << 20, 2);
    private readonly byte[] _payload = new byte[300];

    public FrameTests() => new Random(4).NextBytes(_payload);

    [Fact]
    public async Task Content_WhenStored_HasTheCrcThatWasCombined()
    {
        ObjectContent content = Framed(_payload);

        await _backend.TryPutAsync(Key, content);

        Assert.Equal(content.Crc32C, Crc32C.Compute(_backend.Objects[Key]));
        Assert.Equal(content.Length, _backend.Objects[Key].Length);
    }

    [Fact]
    public void Content_WhenPayloadOrNonceDiffers_HasAnotherCrc()
    {
        byte[] other = [.. _payload];
        other[7] ^= 1;

        uint?[] crcs = [Framed(_payload).Crc32C, Framed(_payload).Crc32C, Framed(other).Crc32C];

        Assert.Equal(3, crcs.Distinct().Count());
    }

    [Fact]
    public async Task Content_WhenOpenedTwice_IsTheSame()
    {
        ObjectContent content = Framed(_payload);

        Assert.Equal(await ReadAllAsync(content.Open()), await ReadAllAsync(content.Open()));
    }

    [Fact]
    public async Task Read_WhenIntact_DeliversPayload()
    {
        await _backend.TryPutAsync(Key, Framed(_payload));

        Assert.Equal(_payload, await ReadFrameAsync());
    }

    [Fact]
    public async Task Read_WhenAnyByteIsFlipped_NamesTheObject()
    {
        await _backend.TryPutAsync(Key, Framed(_payload));
        byte[] stored = _backend.Objects[Key];
        for (int i = 0; i < stored.Length; i++)
        {
            stored[i] ^= 0x10;
            var failure = await Assert.ThrowsAsync<BackupException>(ReadFrameAsync);
            Assert.Equal(BackupError.Corrupted, failure.Error);
            Assert.Equal(Key, failure.ObjectKey);
            stored[i] ^= 0x10;
        }

        Assert.Equal(_payload, await ReadFrameAsync());
    }

    [Fact]
    public async Task Read_WhenTruncatedOrExtended_NamesTheObject()
    {
        await _backend.TryPutAsync(Key, Framed(_payload));
        byte[] stored = _backend.Objects[Key];
        for (int length = 0; length <= stored.Length + 1; length++)
        {
            if (length == stored.Length)
            {
                continue;
            }

            byte[] changed = stored;
            Array.Resize(ref changed, length);
            _backend.Objects[Key] = changed;
            var failure = await Assert.ThrowsAsync<BackupException>(ReadFrameAsync);
            Assert.Equal(Key, failure.ObjectKey);
        }
    }

    [Fact]
    public async Task Read_WhenMissing_NamesTheObject()
    {
        var failure = await Assert.ThrowsAsync<BackupException>(ReadFrameAsync);

        Assert.Equal(Key, failure.ObjectKey);
        Assert.Contains("missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhenPartsAreSkipped_StillVouchesForAll()
    {
        byte[] first = _payload[..100];
        byte[] second = _payload[100..];
        var frame = new ExtentFrame(_payload.Length, 0);
        await _backend.TryPutAsync(Key, FramedContent.Create(frame, [Part(first), Part(second)], _buffers));

        Assert.Equal(second, await ReadSecondAsync());
        _backend.Objects[Key][ExtentFrame.HeaderLength + 5] ^= 1;
        await Assert.ThrowsAsync<BackupException>(ReadSecondAsync);

        async Task<byte[]> ReadSecondAsync()
        {
            using var output = new MemoryStream();
            await using FrameReader reader = await FrameReader.OpenAsync(_backend, _buffers, Key, _payload.Length, default);
            await reader.SkipAsync(first.Length, default);
            await reader.ReadPartAsync(second.Length, Crc32C.Compute(second), XxHash128.HashToUInt128(second), (bytes, _) => Write(output, bytes), default);
            await reader.CompleteAsync(default);
            return output.ToArray();
        }
    }

    [Fact]
    public void Parse_WhenFrameIsOfALaterVersion_SaysSo()
    {
        byte[] header = new ExtentFrame(5, 1).CreateHeader();
        header[9] = 7;
        BitConverter.TryWriteBytes(header.AsSpan(60), Crc32C.Mask(Crc32C.Compute(header.AsSpan(0, 60))));

        var failure = Assert.Throws<BackupException>(() => ExtentFrame.Parse(Key, header));

        Assert.Equal(BackupError.UnsupportedFormat, failure.Error);
        Assert.Contains("codec 7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buffers_WhenAllAreRented_MakeOthersWait()
    {
        using var buffers = new TransferBuffers(maxBytes: 300, parallelism: 3);
        TransferBuffer first = await buffers.RentAsync(default);
        await buffers.RentAsync(default);
        await buffers.RentAsync(default);

        ValueTask<TransferBuffer> fourth = buffers.RentAsync(default);

        Assert.False(fourth.IsCompleted);
        first.Dispose();
        await fourth;
        Assert.Equal(300, buffers.PeakBytes);
    }

    public void Dispose() => _buffers.Dispose();

    private static PayloadPart Part(byte[] bytes) => new(bytes.Length, Crc32C.Compute(bytes), () => new MemoryStream(bytes));

    private static ValueTask Write(MemoryStream output, ReadOnlyMemory<byte> bytes)
    {
        output.Write(bytes.Span);
        return ValueTask.CompletedTask;
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    private ObjectContent Framed(byte[] payload) =>
        FramedContent.Create(new ExtentFrame(payload.Length, XxHash128.HashToUInt128(payload)), [Part(payload)], _buffers);

    private async Task<byte[]> ReadFrameAsync()
    {
        using var output = new MemoryStream();
        await using FrameReader reader = await FrameReader.OpenAsync(_backend, _buffers, Key, _payload.Length, default);
        await reader.ReadPartAsync(
            _payload.Length, Crc32C.Compute(_payload), XxHash128.HashToUInt128(_payload), (bytes, _) => Write(output, bytes), default);
        await reader.CompleteAsync(default);
        return output.ToArray();
    }
}
