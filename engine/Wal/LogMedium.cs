namespace Basalt.Engine.Wal;

/// <summary>
/// How appended bytes reach the log file. Measured on two cores with 128-byte records: a store into a pre-faulted shared mapping makes an
/// append twice as fast as a <c>pwrite</c> each, but <c>fdatasync</c> of a mapped file takes three times as long as of a written one. So the
/// durability that most writes ask for decides.
/// </summary>
internal enum LogMedium
{
    /// <summary>A shared mapping. An append has reached the system when it returns: for <see cref="Durability.Buffered"/>.</summary>
    Mapped,

    /// <summary>A buffer of the process, written out before a sync: for <see cref="Durability.Sync"/>.</summary>
    Staged,
}
