using Basalt.Backup.Catalog;
using Basalt.Backup.Creation;
using Basalt.Backup.Documents;
using Basalt.Backup.Transfers;
using Basalt.Engine;

namespace Basalt.Backup;

/// <summary>
/// A node's share in a backup of its cluster: it is cut, transferred and, when the backup has ended, released. The cut survives a restart of the
/// process; see <see cref="BackupService.OpenShareAsync"/>. Thread-safe.
/// </summary>
/// <remarks>Disposing stops a transfer and leaves the cut to be found again.</remarks>
public sealed class BackupShare : IAsyncDisposable
{
    private readonly Repository _repository;
    private readonly BackupCatalog _catalog;
    private readonly Database _database;
    private readonly ShareLeases _leases;
    private readonly Action<BackupShare> _onDisposed;
    private readonly ProgressTracker _progress;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stop = new();
    private SnapshotHandle? _handle;
    private LeaseKeeper? _keeper;
    private volatile ShareCut? _cut;
    private volatile bool _isDisposed;

    internal BackupShare(
        Repository repository, BackupCatalog catalog, Database database, BackupTicket ticket, ShareLeases leases, Action<BackupShare> onDisposed)
    {
        _repository = repository;
        _catalog = catalog;
        _database = database;
        _leases = leases;
        _onDisposed = onDisposed;
        _progress = new ProgressTracker(repository.Options.TimeProvider);
        Ticket = ticket;
    }

    /// <summary>The backup.</summary>
    public BackupTicket Ticket { get; }

    /// <summary>The cut; null while there is none, or none any more.</summary>
    public ShareCut? Cut => _cut;

    /// <summary>How far this node has come.</summary>
    public BackupProgress Progress => _progress.Snapshot();

    /// <summary>
    /// Cuts and pins: the share holds exactly the writes acknowledged before. If that was done for this instant already, nothing more is done;
    /// a cut for another instant is given up first.
    /// </summary>
    /// <param name="instant">The instant of the cluster's clock, positive, at which all nodes cut; null if each does by itself.</param>
    /// <param name="onCut">
    /// Called when writes from then on are not inside any more, which is long before the call returns, since what was in memory is flushed first. Not
    /// called if the cut was there. If the call fails after it, the instant is lost: cut for another.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackupException"><see cref="BackupError.DatabaseFailure"/>, <see cref="BackupError.InsufficientSpace"/>.</exception>
    public async Task<ShareCut> CutAsync(long? instant = null, Action? onCut = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instant ?? 1, 1, nameof(instant));
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_cut is { } made && made.Instant == instant)
            {
                return made;
            }

            await GiveUpAsync().ConfigureAwait(false);
            _handle = await _leases.TakeAsync(Ticket, instant, onCut, cancellationToken).ConfigureAwait(false);
            return Keep(_handle, instant);
        }
        catch (DatabaseException failure)
        {
            throw FailureDescription.Of(Ticket.Id, failure);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Uploads what the repository lacks of the cut and describes it there. Goes on where an earlier call was interrupted; done once, it is
    /// only looked up.
    /// </summary>
    /// <param name="cpuPercentage">Most of the machine's processors that it takes, 1 to 100; null does not limit it.</param>
    /// <param name="cancellationToken">Stops, to go on another time.</param>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.InvalidRequest"/>: there is no cut; <see cref="BackupError.Halted"/>: the share was disposed; or it failed.
    /// </exception>
    public async Task<StoredShare> TransferAsync(int? cpuPercentage = null, CancellationToken cancellationToken = default)
    {
        TransferPace.Validate(Ticket.Id, cpuPercentage);
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (SnapshotHandle handle, LeaseKeeper keeper, ShareCut cut) = _handle is not null && _keeper is not null && _cut is not null
                ? (_handle, _keeper, _cut)
                : throw new BackupException(
                    BackupError.InvalidRequest, $"Backup '{Ticket.Id}': node '{_repository.Options.NodeName}' has no cut to transfer.", Ticket.Id);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(keeper.Token, cancellationToken);
            try
            {
                var transfer = new ShareTransfer(
                    _repository, _catalog, _database, ShareIdentity.Of(Ticket, _repository.Options.NodeName), _progress)
                {
                    CpuPercentage = cpuPercentage,
                };
                NodeReference node = await transfer.RunAsync(handle, Ticket.Collections, cut.Instant, stop.Token).ConfigureAwait(false);
                _progress.Move(BackupState.Transferred);
                return new StoredShare(node.Node, node.Key, node.Sha256);
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                keeper.ThrowIfLost();
                throw new BackupException(
                    BackupError.Halted, $"Backup '{Ticket.Id}' was halted at node '{_repository.Options.NodeName}'; it goes on after a restart.", Ticket.Id);
            }
        }
        catch (Exception failure) when (failure is BackupException or BackupBackendException or DatabaseException)
        {
            throw FailureDescription.Of(Ticket.Id, failure);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives the cut up, if there is one: because the backup has ended, or is to be cut again. Waits for a transfer to end.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken = default)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await GiveUpAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            await ForgetAsync(handle =>
            {
                handle.Detach();
                return ValueTask.CompletedTask;
            }).ConfigureAwait(false);
            _onDisposed(this);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Finds the cut again that an earlier run of the process made.</summary>
    internal async Task FindCutAsync(CancellationToken cancellationToken)
    {
        if (await _leases.TryReopenAsync(Ticket, cancellationToken).ConfigureAwait(false) is var (handle, instant))
        {
            _handle = handle;
            Keep(handle, instant);
        }
    }

    private ShareCut Keep(SnapshotHandle handle, long? instant)
    {
        _keeper = new LeaseKeeper(handle, _repository.Options, _stop.Token);
        _progress.SetCutPause(handle.CutPause);
        return _cut = new ShareCut(instant, handle.Sequence, handle.CreatedAt, handle.CutPause);
    }

    private Task GiveUpAsync() => ForgetAsync(handle => handle.DisposeAsync());

    private async Task ForgetAsync(Func<SnapshotHandle, ValueTask> end)
    {
        _cut = null;
        if (_keeper is not null)
        {
            await _keeper.DisposeAsync().ConfigureAwait(false);
            _keeper = null;
        }

        if (_handle is not null)
        {
            await end(_handle).ConfigureAwait(false);
            _handle = null;
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_isDisposed)
        {
            _turn.Release();
            throw new ObjectDisposedException(nameof(BackupShare));
        }
    }
}
