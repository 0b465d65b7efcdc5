namespace Basalt.Engine.Wal;

/// <summary>Takes one replayed batch. The payload is valid during the call only; <paramref name="start"/> is for messages.</summary>
internal delegate void LogRecordHandler(ReadOnlySpan<byte> payload, LogPosition start);
