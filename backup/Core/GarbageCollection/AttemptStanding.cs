namespace Basalt.Backup.GarbageCollection;

/// <summary>What an attempt means for the objects that it made or shares.</summary>
internal enum AttemptStanding
{
    /// <summary>It has no outcome: what its journals name is needed.</summary>
    Open,

    /// <summary>It is a backup: what its documents name is needed.</summary>
    Complete,

    /// <summary>It is deleted, but somebody still reads it: as <see cref="Complete"/>.</summary>
    Pinned,

    /// <summary>It failed, was canceled, or is deleted: it needs nothing.</summary>
    Dead,
}
