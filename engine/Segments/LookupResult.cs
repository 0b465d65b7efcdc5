namespace Basalt.Engine.Segments;

/// <summary>What one source (memtable or segment) knows of a key at a sequence number.</summary>
internal enum LookupResult
{
    /// <summary>Nothing; ask an older source.</summary>
    NotFound,

    /// <summary>A value.</summary>
    Found,

    /// <summary>A tombstone: the key is gone, older sources do not count.</summary>
    Deleted,
}
