namespace Basalt.Simulation.Tests.World;

/// <summary>What may go wrong in a call.</summary>
internal enum FaultKind
{
    None,

    /// <summary>The machine loses power: a legal part of what was not synced is lost.</summary>
    PowerLoss,

    /// <summary>The process is killed: the page cache stays, its own buffers go.</summary>
    Kill,

    /// <summary>A read of a file fails.</summary>
    ReadError,

    /// <summary>A write to a file fails half-way.</summary>
    WriteError,

    /// <summary>A sync of a file fails, and the system forgets what it could not write.</summary>
    SyncError,

    /// <summary>A creation or a write finds the disk full.</summary>
    NoSpace,

    /// <summary>The store answers with a transient error and does nothing.</summary>
    StoreError,

    /// <summary>The store does it, and the acknowledgement is lost.</summary>
    LostAcknowledgement,

    /// <summary>The store stands still until the client gives up, and does it later.</summary>
    GivenUp,

    /// <summary>A read of an object breaks off.</summary>
    Truncated,

    /// <summary>Time passes in a call of the store, so that the attempt beats.</summary>
    Beat,
}
