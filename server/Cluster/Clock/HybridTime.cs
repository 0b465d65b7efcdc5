using System.Globalization;

namespace Basalt.Server.Cluster.Clock;

/// <summary>
/// An instant of a hybrid logical clock: milliseconds since 1970 in the upper 48 bits, and below them a counter that orders what happens
/// within one of them. (Kulkarni, Demirbas et al., "Logical Physical Clocks", 2014.)
/// </summary>
/// <param name="Value">The 64 bits; later is greater.</param>
internal readonly record struct HybridTime(ulong Value) : IComparable<HybridTime>
{
    private const int CounterBits = 16;
    private const int Digits = 16;

    /// <summary>The milliseconds.</summary>
    public long Milliseconds => (long)(Value >> CounterBits);

    /// <summary>The next instant.</summary>
    public HybridTime Next => new(Value + 1);

    /// <summary>The first instant of a millisecond.</summary>
    public static HybridTime At(long milliseconds) => new((ulong)milliseconds << CounterBits);

    /// <summary>The later of two.</summary>
    public static HybridTime Max(HybridTime left, HybridTime right) => left.Value >= right.Value ? left : right;

    /// <summary>The instant a time later.</summary>
    public HybridTime After(TimeSpan time) => At(Milliseconds + (long)Math.Ceiling(time.TotalMilliseconds));

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? text, out HybridTime time)
    {
        bool parsed = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) && text!.Length == Digits;
        time = new HybridTime(value);
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(HybridTime other) => Value.CompareTo(other.Value);

    /// <summary>16 hexadecimal digits, whose order as text is the order in time.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    public static bool operator <(HybridTime left, HybridTime right) => left.Value < right.Value;

    public static bool operator >(HybridTime left, HybridTime right) => left.Value > right.Value;

    public static bool operator <=(HybridTime left, HybridTime right) => left.Value <= right.Value;

    public static bool operator >=(HybridTime left, HybridTime right) => left.Value >= right.Value;
}
