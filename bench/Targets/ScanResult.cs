namespace Basalt.Bench.Targets;

/// <summary>What every target does with an entry that a scan visits: it copies key and value, as a caller that uses them would.</summary>
internal static class ScanResult
{
    public static void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        key.CopyTo(destination);
        value.CopyTo(destination[key.Length..]);
    }
}
