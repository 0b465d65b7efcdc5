namespace Basalt.Engine.Files;

/// <summary>What an entry of a database directory is, told by its name alone.</summary>
internal enum FileKind
{
    /// <summary>Names the manifest in force.</summary>
    Current,

    /// <summary>Carries the directory lock.</summary>
    Lock,

    /// <summary>A log of version edits.</summary>
    Manifest,

    /// <summary>A write-ahead log.</summary>
    Log,

    /// <summary>A write-ahead log file without live content: retired, or being prepared. Its bytes mean nothing.</summary>
    SpareLog,

    /// <summary>A file of immutable segments.</summary>
    Segment,

    /// <summary>The directory in which segments are staged before they are ingested.</summary>
    Staging,

    /// <summary>A file that was being written when the process ended.</summary>
    Temporary,
}
