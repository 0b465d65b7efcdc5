namespace Basalt.Engine;

/// <summary>What an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>Not logged: lost when the process ends before the memtable is flushed. For data that can be rebuilt.</summary>
    None,

    /// <summary>Handed to the operating system: survives the process being killed, not a power loss.</summary>
    Buffered,

    /// <summary>On stable storage: survives a power loss. Concurrent writers share one <c>fdatasync</c>.</summary>
    Sync,
}
