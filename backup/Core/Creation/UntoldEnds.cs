using System.Collections.Concurrent;
using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;

namespace Basalt.Backup.Creation;

/// <summary>
/// Ends of attempts of this process that their repository could not be told of, because it was out of reach. It says that they are open,
/// and would go on saying so. Thread-safe.
/// </summary>
internal sealed class UntoldEnds(BackupCatalog catalog)
{
    // An id has one at most: the next attempt begins after the end of this one is stored.
    private readonly ConcurrentDictionary<string, (int Attempt, OutcomeDocument End)> _ends = new(StringComparer.Ordinal);

    public void Add(ClaimDocument claim, OutcomeDocument end) => _ends[claim.BackupId] = (claim.Attempt, end);

    /// <summary>How an attempt ended, if the repository does not know; otherwise null.</summary>
    public OutcomeDocument? Find(string id, int attempt) =>
        _ends.TryGetValue(id, out (int Attempt, OutcomeDocument End) untold) && untold.Attempt == attempt ? untold.End : null;

    /// <summary>Stores the end of the last attempt under an id, if that is still to be done.</summary>
    /// <exception cref="BackupBackendException">The repository is still out of reach.</exception>
    public async Task TellAsync(string id, CancellationToken cancellationToken)
    {
        if (_ends.TryGetValue(id, out (int Attempt, OutcomeDocument End) untold))
        {
            await catalog.DecideAsync(id, untold.Attempt, untold.End, cancellationToken).ConfigureAwait(false);
            _ends.TryRemove(new KeyValuePair<string, (int Attempt, OutcomeDocument End)>(id, untold));
        }
    }

    /// <summary>As <see cref="TellAsync"/>, for all ids.</summary>
    /// <exception cref="BackupBackendException">The repository is still out of reach.</exception>
    public async Task TellAllAsync(CancellationToken cancellationToken)
    {
        foreach (string id in _ends.Keys)
        {
            await TellAsync(id, cancellationToken).ConfigureAwait(false);
        }
    }
}
