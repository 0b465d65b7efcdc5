namespace Basalt.Consistency.Tests.Protocol;

/// <summary>What a coordinator does in a store without conditional creation.</summary>
internal enum CoordinatorStep : byte
{
    WriteClaim,
    ListClaims,
    Withdraw,
    Transfer,
    CheckOutcome,
    Decide,
    End,
}
