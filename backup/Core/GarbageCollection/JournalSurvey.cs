using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.GarbageCollection;

/// <summary>
/// The journals of a repository at one time. Read before any outcome: an attempt that commits and removes its journals in between is found
/// by its documents then; the other way round it would be found by neither.
/// </summary>
internal sealed class JournalSurvey
{
    private readonly Dictionary<(string Id, int Attempt), HashSet<string>> _keys = [];
    private readonly Dictionary<(string Id, int Attempt), BackupException> _damaged = [];

    /// <summary>The ULIDs of attempts whose journals other backups may still share from.</summary>
    public HashSet<string> Lenders { get; } = new(StringComparer.Ordinal);

    /// <summary>The attempts that have journals.</summary>
    public IEnumerable<(string Id, int Attempt)> Attempts => _keys.Keys.Union(_damaged.Keys);

    public static async Task<JournalSurvey> ReadAsync(Repository repository, CancellationToken cancellationToken)
    {
        var survey = new JournalSurvey();
        await foreach (BackendEntry entry in repository.Backend.ListAsync(RepositoryLayout.WorkPrefix, recursive: true, cancellationToken).ConfigureAwait(false))
        {
            if (RepositoryLayout.TryParseWork(entry.Key, out string id, out int attempt, out string rest)
                && RepositoryLayout.ParseNumber(RepositoryLayout.NameOf(rest), RepositoryLayout.JournalPrefix) > 0)
            {
                await survey.AddAsync(repository, (id, attempt), entry.Key, cancellationToken).ConfigureAwait(false);
            }
        }

        return survey;
    }

    /// <summary>The objects that an attempt without an outcome needs.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: a journal is damaged, so that nobody knows.</exception>
    public IEnumerable<string> KeysOf(string id, int attempt) =>
        _damaged.TryGetValue((id, attempt), out BackupException? damage)
            ? throw damage
            : _keys.GetValueOrDefault((id, attempt)) ?? [];

    private async Task AddAsync(Repository repository, (string Id, int Attempt) attempt, string key, CancellationToken cancellationToken)
    {
        try
        {
            JournalDocument? journal = await repository.Documents
                .TryReadAsync(key, DocumentJsonContext.Default.JournalDocument, cancellationToken)
                .ConfigureAwait(false);
            if (journal is not null)
            {
                Lenders.Add(journal.AttemptUlid);
                if (!_keys.TryGetValue(attempt, out HashSet<string>? keys))
                {
                    _keys[attempt] = keys = new HashSet<string>(StringComparer.Ordinal);
                }

                keys.UnionWith(journal.Entries.Select(entry => entry.Key));
            }
        }
        catch (BackupException damaged) when (damaged.Error == BackupError.Corrupted)
        {
            _damaged[attempt] = damaged;
        }
    }
}
