namespace Basalt.Engine;

/// <summary>The digests of one extent of a segment, computed while the segment was written.</summary>
/// <param name="Length">Bytes: <see cref="SegmentMetadata.ExtentSize"/> for all but the last extent.</param>
/// <param name="XxHash128">XXH128 (seed 0) of the bytes.</param>
/// <param name="Crc32C">CRC32C of the bytes.</param>
public readonly record struct ExtentDigest(long Length, UInt128 XxHash128, uint Crc32C);
