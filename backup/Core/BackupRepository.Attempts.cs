using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Creation;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup;

/// <remarks>
/// A backup of many nodes has a coordinator, which claims the id, hands the ticket to the nodes, and ends the attempt. It needs no database, keeps
/// nothing in memory, and may be replaced by another at any time: each call may be repeated, and of two that contradict each other the first counts.
/// </remarks>
public sealed partial class BackupRepository
{
    /// <summary>Claims an id for a backup of many nodes. Repeated with the same operation, it returns the claim that was made.</summary>
    /// <param name="request">The backup. Its percentage of processors is not used here; see <see cref="BackupShare.TransferAsync"/>.</param>
    /// <param name="available">The collections of the cluster, from which the request chooses.</param>
    /// <param name="participants">The names of the nodes that take part: all that hold a part of the collections.</param>
    /// <param name="operation">What the operation is known by: a UUID of version 7, which gives the attempt its ULID.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackupException">
    /// As of <see cref="BackupService.StartCreateAsync"/>; <see cref="BackupError.BackendFailure"/> also where the store has no conditional writes.
    /// </exception>
    public async Task<BackupTicket> ClaimAsync(
        BackupRequest request,
        IReadOnlyCollection<string> available,
        IReadOnlyCollection<string> participants,
        Guid operation,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(available);
        ArgumentNullException.ThrowIfNull(participants);
        RequireId(request.Id);
        string ulid = Ulid.Of(operation);
        ImmutableArray<string> nodes = [.. participants.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (nodes.IsEmpty || !nodes.All(RepositoryLayout.IsNodeName))
        {
            throw new BackupException(
                BackupError.InvalidRequest, $"Backup '{request.Id}' needs participants with valid names; they are '{string.Join("', '", nodes)}'.", request.Id);
        }

        ImmutableArray<string> collections =
            CollectionSelection.Resolve(request.Id, available, request.Include, request.Exclude, "the cluster");
        try
        {
            await _repository.OpenForWritingAsync(cancellationToken).ConfigureAwait(false);
            if (_repository.IsDegraded)
            {
                throw new BackupException(
                    BackupError.BackendFailure,
                    $"Backup '{request.Id}': the store at '{Location(request.Id)}' cannot create an object only if it is absent. Backups of several nodes "
                    + "need that, because their coordinator may be replaced; use another store.",
                    request.Id);
            }

            if (await FindAttemptAsync(request.Id, ulid, cancellationToken).ConfigureAwait(false) is { } made)
            {
                return ToTicket(made.Claim);
            }

            return await ClaimNextAsync(request, collections, nodes, ulid, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(request.Id, failure);
        }
    }

    /// <summary>The claim that <see cref="ClaimAsync"/> made for an operation; null if it made none, or the backup was deleted.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>, <see cref="BackupError.BackendFailure"/>.</exception>
    public async Task<BackupTicket?> FindClaimAsync(string id, Guid operation, CancellationToken cancellationToken = default)
    {
        RequireId(id);
        try
        {
            return await FindAttemptAsync(id, Ulid.Of(operation), cancellationToken).ConfigureAwait(false) is { } made ? ToTicket(made.Claim) : null;
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(id, failure);
        }
    }

    /// <summary>
    /// Checks that all shares are there, whole, and fit each other, and commits the backup. Repeated, it returns what was committed.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.InvalidRequest"/>: a participant's share is missing; <see cref="BackupError.Corrupted"/>: something of a share is missing or
    /// damaged, or two shares hold the same shard; <see cref="BackupError.Canceled"/> or <see cref="BackupError.NotRestorable"/>: the attempt ended otherwise
    /// before; <see cref="BackupError.BackendFailure"/>: try again.
    /// </exception>
    public async Task<BackupSummary> CommitAsync(
        BackupTicket ticket, IReadOnlyCollection<StoredShare> shares, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(shares);
        BackupRecord record = await RequireAttemptAsync(ticket, cancellationToken).ConfigureAwait(false);
        try
        {
            var commit = new AttemptCommit(_repository, _catalog);
            ImmutableArray<NodeReference> references = RequireShares(record.Claim, shares);
            OutcomeDocument outcome =
                record.Outcome ?? await commit.RunAsync(record.Claim, references, onChecked: null, cancellationToken).ConfigureAwait(false);
            if (outcome.State != OutcomeDocument.Committed)
            {
                throw AttemptCommit.Overruled(ticket.Id, outcome);
            }

            await commit.TidyAsync(record.Claim, outcome).ConfigureAwait(false);
            return (record with { Outcome = outcome }).ToSummary();
        }
        catch (Exception failure) when (failure is BackupException or BackupBackendException)
        {
            throw FailureDescription.Of(ticket.Id, failure);
        }
    }

    /// <summary>Ends the attempt as failed, unless it has ended already.</summary>
    /// <returns>Its state, which is final.</returns>
    /// <exception cref="BackupException"><see cref="BackupError.NotFound"/>; <see cref="BackupError.BackendFailure"/>: try again.</exception>
    public Task<BackupState> FailAsync(BackupTicket ticket, string reason, CancellationToken cancellationToken = default) =>
        EndAsync(ticket, OutcomeDocument.Failed, reason, cancellationToken);

    /// <summary>Ends the attempt as canceled, unless it has ended already.</summary>
    /// <inheritdoc cref="FailAsync"/>
    public Task<BackupState> CancelAsync(BackupTicket ticket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return EndAsync(ticket, OutcomeDocument.Canceled, $"Backup '{ticket.Id}' was canceled.", cancellationToken);
    }

    /// <summary>
    /// Shows in the repository that somebody works on the attempt, every half minute until it is disposed, so that nobody else declares it dead. For
    /// the coordinator; the nodes only keep their cuts.
    /// </summary>
    public IAsyncDisposable KeepAlive(BackupTicket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return new Heartbeat(_repository, ticket.Id, ticket.Attempt, CancellationToken.None);
    }

    /// <summary>The shards in a complete backup, for a decision which node is to restore which of them.</summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>, <see cref="BackupError.NotRestorable"/>, <see cref="BackupError.Corrupted"/>,
    /// <see cref="BackupError.UnsupportedFormat"/>, <see cref="BackupError.BackendFailure"/>.
    /// </exception>
    public async Task<BackupContents> ReadContentsAsync(string id, CancellationToken cancellationToken = default)
    {
        BackupRecord backup = await FindCompleteAsync(id, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<NodeDocument> nodes = await ReadNodesAsync(backup, cancellationToken).ConfigureAwait(false);
        IEnumerable<BackupShard> shards =
            from node in nodes
            from shard in node.Shards
            select new BackupShard(new ShardAddress(shard.Collection, shard.Shard), node.Node, shard.Files, shard.Bytes);
        return new BackupContents(
            backup.ToSummary(),
            [
                .. shards
                    .DistinctBy(shard => shard.Address)
                    .OrderBy(shard => shard.Address.Collection, StringComparer.Ordinal)
                    .ThenBy(shard => shard.Address.Shard, StringComparer.Ordinal),
            ]);
    }

    private async Task<BackupTicket> ClaimNextAsync(
        BackupRequest request,
        ImmutableArray<string> collections,
        ImmutableArray<string> participants,
        string ulid,
        CancellationToken cancellationToken)
    {
        var claims = new AttemptClaims(_repository, _catalog);
        int attempt = await claims.FindNextAsync(request.Id, cancellationToken).ConfigureAwait(false);
        ClaimDocument claim = claims.Draft(request, attempt, collections, Guid.Empty) with { AttemptUlid = ulid, Participants = participants };
        try
        {
            await claims.TryClaimAsync(claim, cancellationToken).ConfigureAwait(false);
            return ToTicket(claim);
        }
        catch (BackupException taken) when (taken.Error == BackupError.AlreadyExists)
        {
            // Perhaps by another coordinator of the same operation.
            return await FindAttemptAsync(request.Id, ulid, cancellationToken).ConfigureAwait(false) is { } made
                ? ToTicket(made.Claim)
                : throw new BackupException(taken.Error, taken.Message, request.Id, innerException: taken);
        }
    }

    private async Task<BackupState> EndAsync(BackupTicket ticket, string state, string reason, CancellationToken cancellationToken)
    {
        BackupRecord record = await RequireAttemptAsync(ticket, cancellationToken).ConfigureAwait(false);
        try
        {
            OutcomeDocument outcome = record.Outcome ?? await _catalog
                .DecideAsync(ticket.Id, record.Attempt, _catalog.Unsuccessful(state, ticket.AttemptUlid, reason), cancellationToken)
                .ConfigureAwait(false);
            return (record with { Outcome = outcome }).State;
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(ticket.Id, failure);
        }
    }

    private async Task<BackupRecord> RequireAttemptAsync(BackupTicket ticket, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        await LearnConditionsAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await FindAttemptAsync(ticket.Id, ticket.AttemptUlid, cancellationToken).ConfigureAwait(false) ?? throw NotFound(ticket.Id);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(ticket.Id, failure);
        }
    }

    /// <summary>The newest attempt under an id if it is that one.</summary>
    private async Task<BackupRecord?> FindAttemptAsync(string id, string ulid, CancellationToken cancellationToken) =>
        await _catalog.ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } newest && newest.Claim.AttemptUlid == ulid ? newest : null;

    private static ImmutableArray<NodeReference> RequireShares(ClaimDocument claim, IReadOnlyCollection<StoredShare> shares)
    {
        string? missing = claim.Participants.Except(shares.Select(share => share.Node), StringComparer.Ordinal).FirstOrDefault();
        StoredShare? foreign = shares.FirstOrDefault(share =>
            !claim.Participants.Contains(share.Node) || share.Key != RepositoryLayout.Node(claim.BackupId, claim.Attempt, share.Node));
        if (missing is not null || foreign is not null || shares.Count != claim.Participants.Length)
        {
            throw new BackupException(
                BackupError.InvalidRequest,
                $"Backup '{claim.BackupId}' cannot be committed: "
                + (missing is not null ? $"the share of node '{missing}' is missing." : $"'{foreign?.Key}' is no share in it, or is there twice."),
                claim.BackupId);
        }

        return [.. shares.OrderBy(share => share.Node, StringComparer.Ordinal).Select(share => new NodeReference(share.Node, share.Key, share.Sha256))];
    }

    private static BackupTicket ToTicket(ClaimDocument claim) => new()
    {
        Id = claim.BackupId,
        Attempt = claim.Attempt,
        AttemptUlid = claim.AttemptUlid,
        Collections = claim.Collections,
        Participants = [.. claim.Participants.Order(StringComparer.Ordinal)],
    };
}
