namespace Basalt.Consistency.Tests.Protocol;

/// <summary>The rules for a store that cannot create an object only if it is absent.</summary>
[Flags]
internal enum ClaimRule
{
    None = 0,

    /// <summary>A coordinator writes its claim before it lists the claims.</summary>
    WriteBeforeList = 1 << 0,

    /// <summary>A coordinator that sees the claim of another one withdraws.</summary>
    WithdrawFromForeignClaim = 1 << 1,

    /// <summary>Only the coordinator's own process cancels.</summary>
    CancelThroughCoordinator = 1 << 2,

    /// <summary>No one declares an attempt of others dead.</summary>
    NoJanitor = 1 << 3,

    /// <summary>No one continues an attempt of others.</summary>
    NoTakeover = 1 << 4,

    /// <summary>A coordinator that once tried to store a decision makes no other.</summary>
    HoldOnToDecision = 1 << 5,

    /// <summary>Whoever finds after a restart that he is not alone withdraws his claim instead of ending the attempt.</summary>
    RecoverAlone = 1 << 6,
}
