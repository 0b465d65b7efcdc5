namespace Basalt.Engine.Checksums;

internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> data) => throw new NotImplementedException();

    public static uint Append(uint crc, ReadOnlySpan<byte> data) => throw new NotImplementedException();

    public static uint Combine(uint first, uint second, long secondLength) => throw new NotImplementedException();
}
