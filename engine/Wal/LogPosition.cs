namespace Basalt.Engine.Wal;

/// <summary>A place in the chain of logs: the end of an appended record, or the start of a replayed one.</summary>
/// <param name="Log">Number of the log file; 0 is before all.</param>
/// <param name="Offset">Byte offset in that file.</param>
internal readonly record struct LogPosition(ulong Log, long Offset) : IComparable<LogPosition>
{
    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(LogPosition other) => Log != other.Log ? Log.CompareTo(other.Log) : Offset.CompareTo(other.Offset);

    public override string ToString() => $"{Log}:{Offset}";
}
