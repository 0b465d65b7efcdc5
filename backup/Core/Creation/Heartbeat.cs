using Basalt.Backup.Catalog;
using Basalt.Backup.Documents;
using Basalt.Backup.Naming;

namespace Basalt.Backup.Creation;

/// <summary>
/// Shows in the repository that an attempt is worked on, so that nobody declares it dead. Being declared dead by mistake costs the work,
/// never data: the outcome is created once.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    /// <summary>Time between two beats.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Repository _repository;
    private readonly string _id;
    private readonly int _attempt;
    private readonly CancellationTokenSource _stop;
    private readonly PeriodicTimer _timer;
    private readonly Task _beating;
    private int _last;

    public Heartbeat(Repository repository, string id, int attempt, CancellationToken cancellationToken)
    {
        _repository = repository;
        _id = id;
        _attempt = attempt;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = new PeriodicTimer(Interval, repository.Options.TimeProvider);
        _beating = BeatAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            try
            {
                await BeatOnceAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (BackupBackendException)
            {
                // The transfers notice a store that is out of reach by themselves, and there is a next beat.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task BeatOnceAsync(CancellationToken cancellationToken)
    {
        byte[] bytes = DocumentCodec.Seal(
            new HeartbeatDocument { By = _repository.Signature, At = _repository.UtcNow }, DocumentJsonContext.Default.HeartbeatDocument);
        if (_last == 0)
        {
            _last = await AttemptPulse.FindLastAsync(_repository, _id, _attempt, cancellationToken).ConfigureAwait(false);
        }

        bool isStored = false;
        while (!isStored)
        {
            string key = RepositoryLayout.Heartbeat(_id, _attempt, ++_last);
            isStored = await _repository.Documents.TryCreateAsync(key, bytes, cancellationToken).ConfigureAwait(false);
        }
    }
}
