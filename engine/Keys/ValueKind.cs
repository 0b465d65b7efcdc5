namespace Basalt.Engine.Keys;

/// <summary>What an entry says about its key. The values are on disk and never change.</summary>
internal enum ValueKind : byte
{
    /// <summary>The key is deleted as of this sequence number (a tombstone).</summary>
    Delete = 0,

    /// <summary>The key has a value as of this sequence number.</summary>
    Put = 1,
}
