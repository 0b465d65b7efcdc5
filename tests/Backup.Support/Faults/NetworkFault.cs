namespace Basalt.Backup.Tests.Support.Faults;

/// <summary>What can happen to a request between a client and its store.</summary>
public enum NetworkFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It takes a while.</summary>
    Delay,

    /// <summary>503, and the store knows nothing of it.</summary>
    Unavailable,

    /// <summary>500, and the store knows nothing of it.</summary>
    InternalError,

    /// <summary>The credentials are said to have expired.</summary>
    ExpiredToken,

    /// <summary>The connection breaks before the store knows of it.</summary>
    ResetBefore,

    /// <summary>The store carries it out; the connection breaks before its answer.</summary>
    ResetAfter,

    /// <summary>Half of the body reaches the store, then the connection breaks.</summary>
    TruncatedRequest,

    /// <summary>A byte of the body is another when it reaches the store.</summary>
    CorruptedRequest,

    /// <summary>Half of the answer's body arrives, then the connection breaks.</summary>
    TruncatedAnswer,

    /// <summary>A byte of the answer's body is another.</summary>
    CorruptedAnswer,

    /// <summary>The condition that the name be free does not reach the store.</summary>
    IgnoredCondition,

    /// <summary>A listing is answered as it was answered the last time.</summary>
    StaleList,
}
