using System.Globalization;

namespace Basalt.Tests.Support;

/// <summary>Makes from good input what no writer would write: seeded, so that a failure can be run again.</summary>
public sealed class ByteMutator(int seed)
{
    /// <summary>How many inputs the quick form of a fuzz test makes; <c>BASALT_FUZZ_ROUNDS</c> asks for more.</summary>
    public static int Rounds { get; } =
        int.Parse(Environment.GetEnvironmentVariable("BASALT_FUZZ_ROUNDS") ?? "4000", CultureInfo.InvariantCulture);

    /// <summary>Added to the seeds of all mutators (<c>BASALT_FUZZ_SEED</c>), so that another run makes other inputs.</summary>
    public static int Seed { get; } =
        int.Parse(Environment.GetEnvironmentVariable("BASALT_FUZZ_SEED") ?? "0", CultureInfo.InvariantCulture);

    private static readonly byte[] Borders = [0, 1, 0x7F, 0x80, 0xFF];

    private readonly Random _random = new(unchecked(seed + (1009 * Seed)));

    /// <summary>A copy with one to four changes.</summary>
    public byte[] Mutate(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        for (int i = _random.Next(1, 5); i > 0; i--)
        {
            bytes = Change(bytes);
        }

        return bytes;
    }

    private byte[] Change(byte[] bytes)
    {
        int at = _random.Next(bytes.Length + 1);
        int length = _random.Next(Math.Min(16, bytes.Length - at) + 1);
        switch (_random.Next(8))
        {
            case 0 when at < bytes.Length:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1 when at < bytes.Length:
                bytes[at] = Borders[_random.Next(Borders.Length)];
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 4:
                byte[] noise = new byte[_random.Next(1, 9)];
                _random.NextBytes(noise);
                return [.. bytes[..at], .. noise, .. bytes[at..]];
            case 5:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 6:
                bytes.AsSpan(at, length).Fill(Borders[_random.Next(Borders.Length)]);
                return bytes;
            default:
                int other = _random.Next(bytes.Length - length + 1);
                bytes.AsSpan(other, length).ToArray().CopyTo(bytes, Math.Min(at, bytes.Length - length));
                return bytes;
        }
    }
}
