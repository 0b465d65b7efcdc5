namespace Basalt.Server.Shards;

/// <summary>What a write expects of the object's earlier version.</summary>
internal enum WriteMode
{
    /// <summary>Write in any case.</summary>
    Upsert,

    /// <summary>Write only if there is none.</summary>
    Insert,

    /// <summary>Write only if there is one.</summary>
    Replace,

    /// <summary>Write only if it is still the one that the change was made from.</summary>
    Update,

    /// <summary>Delete it.</summary>
    Delete,
}
