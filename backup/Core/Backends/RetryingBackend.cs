using System.Runtime.CompilerServices;

namespace Basalt.Backup.Backends;

/// <summary>
/// A backend whose transient failures are tried again: whole calls, reads from where they stopped, listings from the start.
/// </summary>
/// <remarks>
/// A put whose acknowledgement was lost answers false when repeated: callers compare what is there with what they wanted. A repeated
/// listing reports entries again: remembering them all would cost more memory than a backup may use, and no caller minds.
/// </remarks>
internal sealed class RetryingBackend(IBackupBackend inner, RetryPolicy policy) : IBackupBackend
{
    public string Location(string key) => inner.Location(key);

    public Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        policy.RunAsync(token => inner.TryPutAsync(key, content, token), cancellationToken);

    public async Task<Stream?> OpenReadAsync(
        string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        Stream? stream = await policy.RunAsync(token => inner.OpenReadAsync(key, offset, length, token), cancellationToken).ConfigureAwait(false);
        return stream is null ? null : new ResumingStream(inner, policy, key, offset, length, stream);
    }

    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using IAsyncEnumerator<BackendEntry> entries =
                inner.ListAsync(prefix, recursive, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await entries.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (BackupBackendException failure) when (policy.MayRepeat(failure, attempt))
                {
                    break;
                }

                yield return entries.Current;
            }

            await policy.PauseAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        policy.RunAsync(
            async token =>
            {
                await inner.DeleteAsync(key, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);
}
