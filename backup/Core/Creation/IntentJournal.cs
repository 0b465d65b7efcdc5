using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Creation;

/// <summary>
/// Says in the repository which objects an attempt is about to make or to share. A collector spares them for as long as the attempt has
/// no outcome. The order is what makes it safe: journal a shared object before reading the collectors' plans, journal a new one before
/// putting it.
/// </summary>
internal sealed class IntentJournal(Repository repository, ShareIdentity share)
{
    private const int EntriesPerObject = 10_000;

    private int _last;

    /// <summary>The objects that earlier runs of this share meant to make.</summary>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: nobody knows which names are used up.</exception>
    public async Task<IReadOnlyList<string>> ReadOwnAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        for (int number = 1; ; number++)
        {
            string key = RepositoryLayout.Journal(share.BackupId, share.Attempt, repository.Options.NodeName, number);
            JournalDocument? journal = await repository.Documents
                .TryReadAsync(key, DocumentJsonContext.Default.JournalDocument, cancellationToken)
                .ConfigureAwait(false);
            if (journal is null)
            {
                return keys;
            }

            keys.AddRange(journal.Entries.Where(entry => entry.Mode == JournalEntry.New).Select(entry => entry.Key));
        }
    }

    /// <summary>Returns when the entries are stored.</summary>
    public async Task WriteAsync(IEnumerable<JournalEntry> entries, CancellationToken cancellationToken)
    {
        foreach (JournalEntry[] chunk in entries.Chunk(EntriesPerObject))
        {
            byte[] bytes = DocumentCodec.Seal(
                new JournalDocument { AttemptUlid = share.Ulid, Entries = [.. chunk] }, DocumentJsonContext.Default.JournalDocument);

            // A resumed attempt passes over what its earlier runs wrote.
            bool isStored = false;
            while (!isStored)
            {
                string key = RepositoryLayout.Journal(share.BackupId, share.Attempt, repository.Options.NodeName, ++_last);
                isStored = await repository.Documents.TryCreateAsync(key, bytes, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
