namespace Basalt.Consistency.Tests.Protocol;

/// <summary>What a coordinator does in a store without conditional creation.</summary>
internal enum CoordinatorStep : byte
{
    WriteClaim,
    ListClaims,
    Withdraw,

    /// <summary>Started again after it stopped between its claim and its look at those of others.</summary>
    Recover,

    /// <summary>The next step of that.</summary>
    EndAttempt,
    Transfer,
    CheckOutcome,
    Decide,
    End,
}
