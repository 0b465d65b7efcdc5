namespace Basalt.Simulation.Tests.World;

/// <summary>The calls that the engine and the backup layer make of the world.</summary>
internal enum CallKind
{
    Open,
    Create,
    Read,
    Write,
    Reserve,
    Sync,
    Rename,
    Delete,
    Truncate,
    MakeDirectory,
    RemoveDirectory,
    SyncDirectory,
    List,
    Look,
    Put,
    Get,
    ListObjects,
    DeleteObject,
}
