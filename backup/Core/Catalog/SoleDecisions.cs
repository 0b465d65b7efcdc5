using Basalt.Backup.Documents;

namespace Basalt.Backup.Catalog;

/// <summary>
/// Stores outcomes where a second one would overwrite the first. Only the process that runs an attempt decides it, one decision at a time,
/// and it holds on to what it once tried to store: that may have arrived although the store said otherwise.
/// </summary>
internal sealed class SoleDecisions : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, OutcomeDocument> _tried = new(StringComparer.Ordinal);

    /// <returns>The outcome stored by this process; null if there is another.</returns>
    public async Task<OutcomeDocument?> DecideAsync(
        DocumentStore documents, string key, OutcomeDocument proposal, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_tried.TryGetValue(key, out OutcomeDocument? first))
            {
                _tried[key] = first = proposal;
            }

            bool created = await documents
                .TryCreateAsync(key, first, DocumentJsonContext.Default.OutcomeDocument, cancellationToken)
                .ConfigureAwait(false);
            _tried.Remove(key);
            return created ? first : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
