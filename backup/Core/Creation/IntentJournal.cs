using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Creation;

/// <summary>
/// Says in the repository which objects an attempt is about to make or to share. A collector spares them for as long as the attempt has
/// no outcome. The order is what makes it safe: journal a shared object before reading the collectors' plans, journal a new one before
/// putting it.
/// </summary>
internal sealed class IntentJournal(Repository repository, ClaimDocument claim)
{
    private const int EntriesPerObject = 10_000;

    private int _last;

    /// <summary>Returns when the entries are stored.</summary>
    public async Task WriteAsync(IEnumerable<JournalEntry> entries, CancellationToken cancellationToken)
    {
        foreach (JournalEntry[] chunk in entries.Chunk(EntriesPerObject))
        {
            byte[] bytes = DocumentCodec.Seal(
                new JournalDocument { AttemptUlid = claim.AttemptUlid, Entries = [.. chunk] }, DocumentJsonContext.Default.JournalDocument);

            // A resumed attempt passes over what its earlier runs wrote.
            bool isStored = false;
            while (!isStored)
            {
                string key = RepositoryLayout.Journal(claim.BackupId, claim.Attempt, repository.Options.NodeName, ++_last);
                isStored = await repository.Documents.TryCreateAsync(key, bytes, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
