using System.Globalization;

namespace Basalt.Server.Backups;

/// <summary>An age as people write it: <c>30d</c>, <c>24h</c>, <c>90m</c>, <c>45s</c>, <c>2w</c> or <c>0</c>.</summary>
internal static class Age
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Allowed = "a whole number with w, d, h, m or s behind it, such as 30d, or 0";

    // A hundred years: beyond any use, and far from where times overflow.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Reads an age.</summary>
    public static bool TryParse(string text, out TimeSpan age)
    {
        age = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        if (text.Length < 2 || UnitOf(text[^1]) is not { } unit
            || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || number > Longest / unit)
        {
            return false;
        }

        age = number * unit;
        return true;
    }

    private static TimeSpan? UnitOf(char letter) => letter switch
    {
        'w' => TimeSpan.FromDays(7),
        'd' => TimeSpan.FromDays(1),
        'h' => TimeSpan.FromHours(1),
        'm' => TimeSpan.FromMinutes(1),
        's' => TimeSpan.FromSeconds(1),
        _ => null,
    };
}
