using System.Globalization;

namespace Basalt.Server.Grpc;

/// <summary>Reads the header <c>grpc-timeout</c>: up to eight digits and a unit.</summary>
internal static class CallDeadline
{
    // Timers cannot wait longer; such a deadline never comes.
    private const double MaxMilliseconds = int.MaxValue;

    /// <summary>The time that the client gives the call; null if it gives no limit, or none that a timer could wait for.</summary>
    public static TimeSpan? Parse(string? header)
    {
        if (header is not { Length: >= 2 and <= 9 }
            || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return null;
        }

        double milliseconds = header[^1] switch
        {
            'H' => value * 3_600_000.0,
            'M' => value * 60_000.0,
            'S' => value * 1000.0,
            'm' => value,
            'u' => value / 1000.0,
            'n' => value / 1_000_000.0,
            _ => double.PositiveInfinity,
        };
        return milliseconds <= MaxMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }
}
