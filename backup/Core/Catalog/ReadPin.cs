using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Catalog;

/// <summary>
/// Keeps the objects of a backup while somebody reads it, even if it is deleted meanwhile. It is placed first, and only then is the
/// tombstone looked for; a collector looks for pins after tombstones, so one of the two sees the other.
/// </summary>
internal sealed class ReadPin : IAsyncDisposable
{
    /// <summary>How long a reader that died is believed to live.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(6);

    private readonly Repository _repository;
    private readonly string _id;
    private readonly int _attempt;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewal;

    // Named before they are put, so that none stays behind whose put was canceled when it had arrived.
    private readonly List<string> _keys;

    private ReadPin(Repository repository, string id, int attempt, IEnumerable<string> keys)
    {
        _repository = repository;
        _id = id;
        _attempt = attempt;
        _keys = [.. keys];
        _timer = new PeriodicTimer(Lifetime / 3, repository.Options.TimeProvider);
        _renewal = RenewAsync();
    }

    /// <summary>
    /// Pins an attempt. Whoever may not write in the repository reads without a pin: a collector then spares a deleted backup only for its
    /// minimum age.
    /// </summary>
    public static async Task<ReadPin> PlaceAsync(Repository repository, string id, int attempt, CancellationToken cancellationToken)
    {
        string key = NewKey(repository, id, attempt);
        try
        {
            await CreateAsync(repository, key, cancellationToken).ConfigureAwait(false);
            return new ReadPin(repository, id, attempt, [key]);
        }
        catch (BackupBackendException refused) when (!refused.IsTransient)
        {
            // A restore needs permission to read, no more.
            return new ReadPin(repository, id, attempt, []);
        }
    }

    /// <summary>When the pin lapses. One that cannot be read counts from the time in its name.</summary>
    public static async Task<DateTimeOffset> ExpiryOfAsync(Repository repository, string key, CancellationToken cancellationToken)
    {
        try
        {
            PinDocument? pin = await repository.Documents
                .TryReadAsync(key, DocumentJsonContext.Default.PinDocument, cancellationToken)
                .ConfigureAwait(false);
            return pin?.Expires ?? DateTimeOffset.MinValue;
        }
        catch (BackupException damaged) when (damaged.Error == BackupError.Corrupted)
        {
            ReadOnlySpan<char> name = RepositoryLayout.NameOf(key);
            int end = name.LastIndexOf('.');
            return end > Ulid.Length && Ulid.TryReadTime(name[(end - Ulid.Length)..end], out DateTimeOffset created)
                ? created + Lifetime
                : DateTimeOffset.MaxValue;
        }
    }

    /// <summary>Takes the pin away, as well as that goes: it lapses by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewal.ConfigureAwait(false);
        _stop.Dispose();
        foreach (string key in _keys)
        {
            await RemoveAsync(key).ConfigureAwait(false);
        }
    }

    private static string NewKey(Repository repository, string id, int attempt) =>
        RepositoryLayout.Pin(id, attempt, Ulid.Create(repository.Options.TimeProvider));

    private static Task<bool> CreateAsync(Repository repository, string key, CancellationToken cancellationToken)
    {
        DateTimeOffset now = repository.UtcNow;
        var pin = new PinDocument { By = repository.Signature, Created = now, Expires = now + Lifetime };
        return repository.Documents.TryCreateAsync(key, pin, DocumentJsonContext.Default.PinDocument, cancellationToken);
    }

    private async Task RenewAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false) && _keys.Count > 0)
        {
            string next = NewKey(_repository, _id, _attempt);
            _keys.Add(next);
            try
            {
                await CreateAsync(_repository, next, _stop.Token).ConfigureAwait(false);
            }
            catch (BackupBackendException)
            {
                // There are two more tries before it lapses, and the reads themselves notice a store that is out of reach.
                continue;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            foreach (string old in _keys[..^1])
            {
                await RemoveAsync(old).ConfigureAwait(false);
                _keys.Remove(old);
            }
        }
    }

    private async Task RemoveAsync(string key)
    {
        try
        {
            await _repository.Backend.DeleteAsync(key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (BackupBackendException)
        {
            // It lapses, and a collector sweeps it.
        }
    }
}
