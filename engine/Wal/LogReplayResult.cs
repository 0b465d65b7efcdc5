namespace Basalt.Engine.Wal;

/// <summary>What a replay found.</summary>
internal sealed record LogReplayResult
{
    /// <summary>Where the recovered records end; log 0 if there was no log at or above the floor.</summary>
    public required LogPosition End { get; init; }

    /// <summary>Batches handed to the handler.</summary>
    public required long Records { get; init; }

    /// <summary>Whether a record that was never acknowledged as durable was cut off at the end.</summary>
    public required bool IsTailTorn { get; init; }

    /// <summary>Later logs whose records were dropped, because a power loss tore an earlier log. None of them was acknowledged as durable.</summary>
    public required IReadOnlyList<ulong> DroppedLogs { get; init; }

    /// <summary>
    /// The highest log number in the directory, prepared logs included; 0 if there is none. The next log's number must be greater, and its
    /// predecessor is this one.
    /// </summary>
    public required ulong HighestLog { get; init; }
}
