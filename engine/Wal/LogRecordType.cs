namespace Basalt.Engine.Wal;

/// <summary>The types of a log record. 0 is none of them: it is what unwritten space reads as.</summary>
internal enum LogRecordType : byte
{
    /// <summary>An encoded write batch, opaque to the log.</summary>
    Batch = 1,

    /// <summary>The last record of a log that was continued in another; its payload is that log's number.</summary>
    Seal = 2,
}
