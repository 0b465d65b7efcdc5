using System.Collections.Immutable;
using Basalt.Backup;

namespace Basalt.Server.Cluster.Backups;

/// <summary>What a coordinator does next. Each may be done twice, by two coordinators even, without harm.</summary>
internal abstract record Decision
{
    /// <summary>Nothing, until something changes or a time has come.</summary>
    public sealed record Wait(DateTimeOffset? Until) : Decision;

    /// <summary>Store the next record.</summary>
    public sealed record Advance(OperationRecord Next) : Decision;

    /// <summary>Claim the id in the repository, and store the record that follows.</summary>
    public sealed record Claim : Decision;

    /// <summary>Check and commit all shares, and store how that ended.</summary>
    public sealed record Commit(ImmutableArray<StoredShare> Shares) : Decision;

    /// <summary>Make everything that was restored visible, and store that in the same step.</summary>
    public sealed record Publish : Decision;

    /// <summary>End it without success: in the repository if it is a claimed create, then in the record.</summary>
    public sealed record End(OperationPhase Phase, string? Reason) : Decision;

    /// <summary>Nothing any more: it has ended.</summary>
    public sealed record Finish : Decision;
}
