using System.IO.Hashing;
using System.Text;
using Basalt.Backup.Documents;

namespace Basalt.Backup.Creation;

/// <summary>One node's share in an attempt: what the names of its objects begin with.</summary>
/// <param name="BackupId">The backup.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Ulid">What its uploads are named after: the attempt's ULID, of several nodes one of its own for each.</param>
internal sealed record ShareIdentity(string BackupId, int Attempt, string Ulid)
{
    /// <summary>The only share of an attempt.</summary>
    public static ShareIdentity OfAll(ClaimDocument claim) => new(claim.BackupId, claim.Attempt, claim.AttemptUlid);

    /// <summary>
    /// A node's share in a cluster's attempt. Its ULID has the attempt's time and follows from its node, so that a node finds its own uploads
    /// after a restart, and two nodes that hold the same segment, restored under two names, never make one name.
    /// </summary>
    public static ShareIdentity Of(BackupTicket ticket, string node)
    {
        UInt128 hash = XxHash128.HashToUInt128(Encoding.ASCII.GetBytes($"{ticket.AttemptUlid}/{node}"));
        return new ShareIdentity(ticket.Id, ticket.Attempt, Naming.Ulid.WithRandomness(ticket.AttemptUlid, hash));
    }
}
