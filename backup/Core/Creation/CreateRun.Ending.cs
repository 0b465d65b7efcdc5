using Basalt.Backup.Documents;

namespace Basalt.Backup.Creation;

internal sealed partial class CreateRun
{
    /// <summary>
    /// Turns whatever stopped the run into its end: nothing if it is to be resumed, otherwise an outcome. What the repository says is what
    /// is reported, success included: the acknowledgement of the commit may be all that failed.
    /// </summary>
    /// <returns>The outcome of a backup that is complete after all.</returns>
    /// <exception cref="BackupException">The end, if it is another.</exception>
    private async Task<OutcomeDocument> EndAsync(Exception failure)
    {
        if (IsLeftToResume)
        {
            throw new BackupException(
                BackupError.Halted,
                $"Backup '{_claim.BackupId}' was halted; it goes on when the service is started again.",
                _claim.BackupId,
                innerException: failure);
        }

        BackupException described = FailureDescription.Of(_claim.BackupId, failure);
        OutcomeDocument failed = _catalog.Unsuccessful(OutcomeDocument.Failed, _claim.AttemptUlid, described.Message);
        OutcomeDocument outcome;
        try
        {
            outcome = _outcome ?? await _catalog
                .DecideAsync(_claim.BackupId, _claim.Attempt, failed, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception unrecorded) when (unrecorded is BackupException or BackupBackendException)
        {
            // The store is out of reach. The attempt stays open in it until the service, or RecoverAsync of the next one, can tell it.
            UntoldEnd = failed;
            var both = new BackupException(
                described.Error,
                $"{described.Message} The repository could not be told: {unrecorded.Message}",
                _claim.BackupId,
                described.ObjectKey,
                new AggregateException(failure, unrecorded));
            Progress.Complete(BackupState.Failed, both.Message);
            throw both;
        }

        switch (outcome.State)
        {
            case OutcomeDocument.Committed:
                return outcome;
            case OutcomeDocument.Canceled:
                Progress.Complete(BackupState.Canceled, outcome.Reason, outcome.Completed);
                throw AttemptCommit.Overruled(_claim.BackupId, outcome);
            default:
                Progress.Complete(BackupState.Failed, outcome.Reason, outcome.Completed);
                throw outcome.By == _repository.Signature ? described : AttemptCommit.Overruled(_claim.BackupId, outcome);
        }
    }

    /// <summary>The end that the repository could not be told of; null if it was, or there is none.</summary>
    public OutcomeDocument? UntoldEnd { get; private set; }
}
