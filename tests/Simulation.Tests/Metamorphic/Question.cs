namespace Basalt.Simulation.Tests.Metamorphic;

/// <summary>Kinds of operations, of which some have answers.</summary>
internal enum Question
{
    Put,
    Delete,
    Batch,
    Get,
    Scan,
    Seek,
    OpenSnapshot,
    CloseSnapshot,
    Flush,
    Compact,
    CreateKeyspace,
    DropKeyspace,
    CopySnapshot,
    Reopen,
}
