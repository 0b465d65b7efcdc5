using System.Buffers;

namespace Basalt.Backup.Tests.Support.Gcs;

/// <summary>An upload that the fake has begun to take.</summary>
/// <param name="Name">The object.</param>
/// <param name="Checksum">What its bytes must have, or null.</param>
/// <param name="MustBeNew">Whether the name must be free; otherwise what is there is replaced.</param>
internal sealed record FakeSession(string Name, string? Checksum, bool MustBeNew)
{
    /// <summary>Of a part that broke off only whole units of this size are kept.</summary>
    private const int Unit = 256 << 10;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public bool IsComplete { get; set; }

    public long Received => _bytes.WrittenCount;

    public byte[] Bytes => _bytes.WrittenSpan.ToArray();

    public void Append(ReadOnlySpan<byte> bytes, bool isWhole) => _bytes.Write(isWhole ? bytes : bytes[..(bytes.Length / Unit * Unit)]);
}
