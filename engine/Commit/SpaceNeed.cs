namespace Basalt.Engine.Commit;

/// <summary>What a full disk holds up, each on its own.</summary>
internal enum SpaceNeed
{
    /// <summary>The log that follows the current one.</summary>
    NextLog,

    /// <summary>The segments of a sealed memtable.</summary>
    Flush,

    /// <summary>The output of a compaction.</summary>
    Compaction,
}
