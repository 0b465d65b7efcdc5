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
    private string? _key;

    private ReadPin(Repository repository, string id, int attempt, string? key)
    {
        _repository = repository;
        _id = id;
        _attempt = attempt;
        _key = key;
        _timer = new PeriodicTimer(Lifetime / 3, repository.Options.TimeProvider);
        _renewal = RenewAsync();
    }

    /// <summary>
    /// Pins an attempt. Whoever may not write in the repository reads without a pin: a collector then spares a deleted backup only for its
    /// minimum age.
    /// </summary>
    public static async Task<ReadPin> PlaceAsync(Repository repository, string id, int attempt, CancellationToken cancellationToken)
    {
        string? key = null;
        try
        {
            key = await CreateAsync(repository, id, attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (BackupBackendException refused) when (!refused.IsTransient)
        {
            // A restore needs permission to read, no more.
        }

        return new ReadPin(repository, id, attempt, key);
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
        await RemoveAsync(_key).ConfigureAwait(false);
    }

    private static async Task<string> CreateAsync(Repository repository, string id, int attempt, CancellationToken cancellationToken)
    {
        string key = RepositoryLayout.Pin(id, attempt, Ulid.Create(repository.Options.TimeProvider));
        DateTimeOffset now = repository.UtcNow;
        var pin = new PinDocument { By = repository.Signature, Created = now, Expires = now + Lifetime };
        await repository.Documents.TryCreateAsync(key, pin, DocumentJsonContext.Default.PinDocument, cancellationToken).ConfigureAwait(false);
        return key;
    }

    private async Task RenewAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            string? old = _key;
            try
            {
                _key = await CreateAsync(_repository, _id, _attempt, _stop.Token).ConfigureAwait(false);
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

            await RemoveAsync(old).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(string? key)
    {
        try
        {
            if (key is not null)
            {
                await _repository.Backend.DeleteAsync(key, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (BackupBackendException)
        {
            // It lapses, and a collector sweeps it.
        }
    }
}
