using System.Collections.Concurrent;
using Basalt.Backup.Catalog;
using Basalt.Backup.Creation;
using Basalt.Backup.Documents;

namespace Basalt.Backup;

public sealed partial class BackupService
{
    private readonly ConcurrentDictionary<string, BackupShare> _shares = new(StringComparer.Ordinal);

    /// <summary>
    /// Opens this node's share in a backup of its cluster, which a coordinator claimed. After a restart of the process it has the cut that was
    /// made before, if the engine still keeps it; otherwise there is none.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.NotFound"/>: this node does not see the claim, so it does not use the same repository, or takes no part;
    /// <see cref="BackupError.InProgress"/>: the share is open already; <see cref="BackupError.BackendFailure"/>.
    /// </exception>
    public async Task<BackupShare> OpenShareAsync(BackupTicket ticket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        RequireOpen();
        BackupRepository.RequireId(ticket.Id);
        try
        {
            RepositoryDocument repository = await _repository.TryOpenAsync(cancellationToken).ConfigureAwait(false) ?? throw NoClaim(ticket);
            await RequireClaimAsync(ticket, cancellationToken).ConfigureAwait(false);
            if (!LiveAttempts.TryAdd(_database.Id, ticket.AttemptUlid))
            {
                throw new BackupException(BackupError.InProgress, $"This node's share in backup '{ticket.Id}' is open already.", ticket.Id);
            }

            return await OpenClaimedAsync(ticket, repository, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(ticket.Id, failure);
        }
    }

    private async Task<BackupShare> OpenClaimedAsync(BackupTicket ticket, RepositoryDocument repository, CancellationToken cancellationToken)
    {
        var leases = new ShareLeases(_database, LeaseOwnerPrefix(repository), _repository.Options.LeaseTimeToLive);
        var share = new BackupShare(_repository, _catalog, _database, ticket, leases, Forget);
        _shares[ticket.AttemptUlid] = share;
        try
        {
            await share.FindCutAsync(cancellationToken).ConfigureAwait(false);
            RequireOpen();
            return share;
        }
        catch
        {
            await share.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task RequireClaimAsync(BackupTicket ticket, CancellationToken cancellationToken)
    {
        BackupRecord? record = await _catalog.ReadAsync(ticket.Id, cancellationToken).ConfigureAwait(false);
        if (record is null || record.Claim.AttemptUlid != ticket.AttemptUlid || !record.Claim.Participants.Contains(_repository.Options.NodeName))
        {
            throw NoClaim(ticket);
        }
    }

    private BackupException NoClaim(BackupTicket ticket) =>
        new(
            BackupError.NotFound,
            $"Node '{_repository.Options.NodeName}' finds no claim at '{Location(ticket.Id)}' by which it takes part in attempt {ticket.Attempt} of backup "
            + $"'{ticket.Id}'. All nodes of a cluster have to use the same repository: compare their settings of the store.",
            ticket.Id);

    private void Forget(BackupShare share)
    {
        _shares.TryRemove(share.Ticket.AttemptUlid, out _);
        LiveAttempts.Remove(_database.Id, share.Ticket.AttemptUlid);
    }
}
