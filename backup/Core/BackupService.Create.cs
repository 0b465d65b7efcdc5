using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Creation;
using Basalt.Backup.Documents;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup;

public sealed partial class BackupService
{
    /// <summary>
    /// Checks and claims the id, then creates the backup in the background. It holds exactly the writes acknowledged at one instant
    /// shortly after this call, in all its collections. Only segments that the repository lacks are uploaded.
    /// </summary>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.InvalidId"/>, <see cref="BackupError.InvalidRequest"/>, <see cref="BackupError.CollectionNotFound"/>,
    /// <see cref="BackupError.NothingToDo"/>, <see cref="BackupError.AlreadyExists"/>, <see cref="BackupError.BackendFailure"/>,
    /// <see cref="BackupError.InProgress"/>.
    /// </exception>
    public async Task<BackupJob> StartCreateAsync(BackupRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireOpen();
        BackupRepository.RequireId(request.Id);
        TransferPace.Validate(request.Id, request.CpuPercentage);
        ImmutableArray<string> collections = CollectionSelection.Resolve(
            request.Id,
            _database.Keyspaces.Select(keyspace => KeyspaceAddress.Parse(keyspace.Name).Collection),
            request.Include,
            request.Exclude,
            "the database");
        try
        {
            await _untold.TellAsync(request.Id, cancellationToken).ConfigureAwait(false);
            for (int round = 1; ; round++)
            {
                if (await TryStartCreateAsync(request, collections, cancellationToken).ConfigureAwait(false) is { } job)
                {
                    return job;
                }

                await _claims.BackOffAsync(request.Id, round, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (BackupBackendException failure)
        {
            throw FailureDescription.Of(request.Id, failure);
        }
    }

    /// <summary>As <see cref="StartCreateAsync"/>, and waits for the end. Canceling the token cancels the backup.</summary>
    /// <exception cref="BackupException">The backup was not made.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public async Task<BackupSummary> CreateAsync(BackupRequest request, CancellationToken cancellationToken = default)
    {
        BackupJob job = await StartCreateAsync(request, cancellationToken).ConfigureAwait(false);
        return await AwaitAsync(job, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null if the claim was withdrawn, because others made one at the same time.</returns>
    private async Task<BackupJob?> TryStartCreateAsync(
        BackupRequest request, ImmutableArray<string> collections, CancellationToken cancellationToken)
    {
        int attempt = await _claims.FindNextAsync(request.Id, cancellationToken).ConfigureAwait(false);
        RepositoryDocument repository = await _repository.OpenForWritingAsync(cancellationToken).ConfigureAwait(false);
        ClaimDocument claim = _claims.Draft(request, attempt, collections, _database.Id);
        Take(claim);
        bool isStarted = false;
        try
        {
            if (!await _claims.TryClaimAsync(claim, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            BackupJob job = StartRun(claim, LeaseOwner(repository, claim.AttemptUlid), lease: null, request.CpuPercentage);
            isStarted = true;
            return job;
        }
        finally
        {
            if (!isStarted)
            {
                LetGo(claim);
            }
        }
    }

    private static string LeaseOwner(RepositoryDocument repository, string attemptUlid) => LeaseOwnerPrefix(repository) + attemptUlid;

    private static string LeaseOwnerPrefix(RepositoryDocument repository) => $"backup/{repository.RepoId}/";

    /// <summary>Reserves this service and the attempt for each other; before the claim is stored, so that no <see cref="RecoverAsync"/> meets it masterless.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.InProgress"/>: the service makes another backup, or another service this one.</exception>
    private void Take(ClaimDocument claim)
    {
        _creates.Take(claim.BackupId);
        if (!LiveAttempts.TryAdd(_database.Id, claim.AttemptUlid))
        {
            _creates.Free();
            throw new BackupException(BackupError.InProgress, $"Backup '{claim.BackupId}' is being made by another service.", claim.BackupId);
        }
    }

    private void LetGo(ClaimDocument claim)
    {
        LiveAttempts.Remove(_database.Id, claim.AttemptUlid);
        _creates.Free();
    }

    /// <summary>Starts the run of an attempt that was taken, and lets go of it at the end.</summary>
    private BackupJob StartRun(ClaimDocument claim, string leaseOwner, LeaseInfo? lease, int? cpuPercentage = null)
    {
        var run = new CreateRun(_repository, _catalog, _database, claim, leaseOwner) { CpuPercentage = cpuPercentage };
        return _creates.Start(() => new BackupJob(
            claim.BackupId,
            BackupOperation.Create,
            claim.Collections,
            run.Progress,
            run.CancelAsync,
            run.HaltAsync,
            async _ =>
            {
                using (run)
                {
                    try
                    {
                        return await run.RunAsync(lease).ConfigureAwait(false);
                    }
                    finally
                    {
                        if (run.UntoldEnd is { } end)
                        {
                            _untold.Add(claim, end);
                        }

                        LetGo(claim);
                    }
                }
            }));
    }
}
