namespace Basalt.Server.Objects;

/// <summary>Reads dates as RFC 3339 writes them: date, time to the second and offset are all required.</summary>
internal static class Rfc3339
{
    private const int MinimumLength = 20;

    /// <summary>Reads a date.</summary>
    /// <param name="text">For example <c>2026-11-22T10:15:00.123Z</c> or <c>2026-11-22T12:15:00+02:00</c>.</param>
    /// <param name="utcTicks">100 ns steps since the year 1, UTC. Finer fractions are cut off.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        if (text.Length < MinimumLength
            || !TryNumber(text[..4], out int year) || text[4] != '-'
            || !TryNumber(text[5..7], out int month) || text[7] != '-'
            || !TryNumber(text[8..10], out int day) || text[10] is not ((byte)'T' or (byte)'t')
            || !TryNumber(text[11..13], out int hour) || text[13] != ':'
            || !TryNumber(text[14..16], out int minute) || text[16] != ':'
            || !TryNumber(text[17..19], out int second))
        {
            return false;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[19..];
        if (!TryFraction(ref rest, out long fraction) || !TryOffset(rest, out long offset))
        {
            return false;
        }

        utcTicks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction - offset;
        return utcTicks >= 0 && utcTicks <= DateTime.MaxValue.Ticks;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty || text[0] != '.')
        {
            return true;
        }

        long unit = TimeSpan.TicksPerSecond;
        int digits = 1;
        for (; digits < text.Length && char.IsAsciiDigit((char)text[digits]); digits++)
        {
            unit /= 10;
            ticks += unit * (text[digits] - '0');
        }

        text = text[digits..];
        return digits > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length == 1)
        {
            return text[0] is (byte)'Z' or (byte)'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryNumber(text[1..3], out int hours) || !TryNumber(text[4..6], out int minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        ticks = ((hours * 60) + minutes) * TimeSpan.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
