namespace Basalt.Backup.Backends;

/// <summary>Runs calls of a store so that none hangs: one in which nothing moves is canceled and counts as a failure that may pass.</summary>
internal sealed class StallGuard(TimeSpan patience, TimeProvider clock)
{
    public StallWatch Watch(CancellationToken cancellationToken) => new(patience, clock, cancellationToken);

    /// <param name="key">The object, or the prefix of a listing.</param>
    /// <param name="location">Where that is.</param>
    /// <param name="call">Gets the watch whose token it has to obey.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<T> RunAsync<T>(string key, string location, Func<StallWatch, Task<T>> call, CancellationToken cancellationToken)
    {
        using StallWatch watch = Watch(cancellationToken);
        try
        {
            return await call(watch).ConfigureAwait(false);
        }
        catch (Exception failure) when (watch.HasStalled && !cancellationToken.IsCancellationRequested)
        {
            throw Stalled(key, location, failure);
        }
    }

    public BackupBackendException Stalled(string key, string location, Exception cause) =>
        new(
            key,
            $"'{location}': nothing has moved for {patience.TotalSeconds} seconds, so the call was given up. Check the network and the store.",
            isTransient: true,
            cause);
}
