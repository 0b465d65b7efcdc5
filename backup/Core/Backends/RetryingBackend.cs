using System.Runtime.CompilerServices;

namespace Basalt.Backup.Backends;

/// <summary>
/// A backend whose transient failures are tried again: whole calls, reads from where they stopped, listings from the start. A call in
/// which nothing moves is one of them, and a store that gets too many uploads at a time gets fewer.
/// </summary>
/// <remarks>
/// A put whose acknowledgement was lost answers false when repeated: callers compare what is there with what they wanted. A repeated
/// listing reports entries again: remembering them all would cost more memory than a backup may use, and no caller minds.
/// </remarks>
internal sealed class RetryingBackend(IBackupBackend inner, RetryPolicy policy, StallGuard stalls) : IBackupBackend
{
    private readonly ConcurrencyLimiter _uploads = new();

    public string Location(string key) => inner.Location(key);

    public Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        policy.RunAsync(
            token => _uploads.RunAsync(
                () => stalls.RunAsync(
                    key, Location(key), watch => inner.TryPutAsync(key, WatchedStream.Over(content, watch), watch.Token), token),
                token),
            cancellationToken);

    public Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) =>
        policy.RunAsync(
            token => _uploads.RunAsync(
                () => stalls.RunAsync(
                    key,
                    Location(key),
                    async watch =>
                    {
                        await inner.PutAsync(key, WatchedStream.Over(content, watch), watch.Token).ConfigureAwait(false);
                        return true;
                    },
                    token),
                token),
            cancellationToken);

    public async Task<Stream?> OpenReadAsync(
        string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        Stream? stream = await OpenAsync(key, offset, length, cancellationToken).ConfigureAwait(false);
        return stream is null
            ? null
            : new ResumingStream(
                stream, (done, token) => OpenAsync(key, offset + done, length - done, token), policy, stalls, key, Location(key));
    }

    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            using StallWatch watch = stalls.Watch(cancellationToken);
            await using IAsyncEnumerator<BackendEntry> entries =
                inner.ListAsync(prefix, recursive, watch.Token).GetAsyncEnumerator(watch.Token);
            while (true)
            {
                try
                {
                    watch.Move();
                    if (!await entries.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }

                    watch.Rest();
                }
                catch (BackupBackendException failure) when (!watch.HasStalled && policy.MayRepeat(failure, attempt))
                {
                    break;
                }
                catch (Exception failure) when (watch.HasStalled && !cancellationToken.IsCancellationRequested)
                {
                    BackupBackendException stalled = stalls.Stalled(prefix, Location(prefix), failure);
                    if (!policy.MayRepeat(stalled, attempt))
                    {
                        throw stalled;
                    }

                    break;
                }

                yield return entries.Current;
            }

            await policy.PauseAsync(attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        policy.RunAsync(
            token => stalls.RunAsync(
                key,
                Location(key),
                async watch =>
                {
                    await inner.DeleteAsync(key, watch.Token).ConfigureAwait(false);
                    return true;
                },
                token),
            cancellationToken);

    private Task<Stream?> OpenAsync(string key, long offset, long? length, CancellationToken cancellationToken) =>
        policy.RunAsync(
            token => stalls.RunAsync(key, Location(key), watch => inner.OpenReadAsync(key, offset, length, watch.Token), token), cancellationToken);
}
