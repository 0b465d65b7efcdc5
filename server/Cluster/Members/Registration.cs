using System.Text;

namespace Basalt.Server.Cluster.Members;

/// <summary>
/// Keeps this node registered: takes a lease, puts the node's key with it, and does so again when the lease was lost. While it is not
/// registered the node is fenced, for the others may go on as if it were gone.
/// </summary>
/// <remarks>
/// Invariants: (1) of two processes with one name at most one is registered, because the key is put only where there is none; (2)
/// <see cref="IsFenced"/> asks the clock, so a process that was paused for too long sees that at its first look; (3) a name belongs to
/// one data directory, the first that came with it: a node without its data would serve empty shards as if they were whole.
/// </remarks>
internal sealed class Registration : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly IClusterStore _store;
    private readonly ClusterKeys _keys;
    private readonly string _node;
    private readonly MemberRecord _record;
    private readonly TimeSpan _timeToLive;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopped = new();
    private volatile ClusterLease? _lease;
    private Task _keeping = Task.CompletedTask;
    private bool _isDisposed;

    /// <param name="store">Where to register.</param>
    /// <param name="keys">Under which names.</param>
    /// <param name="node">The name of this node.</param>
    /// <param name="record">What the others are told.</param>
    /// <param name="timeToLive">How long the registration outlives a node that has died.</param>
    /// <param name="clock">The clock.</param>
    public Registration(IClusterStore store, ClusterKeys keys, string node, MemberRecord record, TimeSpan timeToLive, TimeProvider clock)
    {
        _store = store;
        _keys = keys;
        _node = node;
        _record = record;
        _timeToLive = timeToLive;
        _clock = clock;
    }

    /// <summary>Hears why the node cannot come back yet.</summary>
    public Action<Exception> OnProblem { get; init; } = static _ => { };

    /// <summary>Whether the node may not serve now.</summary>
    public bool IsFenced => _lease is not { IsLost: false };

    /// <summary>The lease of the node; null while it has none.</summary>
    public ClusterLease? Lease => _lease;

    /// <summary>Gives the name of this node to a data directory.</summary>
    /// <returns>What the cluster knows the claim by: another one whenever the name was claimed anew.</returns>
    /// <exception cref="ClusterException">It belongs to another data directory, or the store fails.</exception>
    public async Task<string> ClaimNameAsync(Guid databaseId, CancellationToken cancellationToken)
    {
        string key = _keys.Node(_node);
        string owner = databaseId.ToString("N");
        ClusterEntry? present;
        while ((present = await _store.FindAsync(key, cancellationToken)) is null)
        {
            byte[] value = Encoding.ASCII.GetBytes($"{owner} {Guid.NewGuid():N}");
            var claim = new ClusterTransaction { Compares = [ClusterCompare.Absent(key)], Puts = [new ClusterPut(key, value) { HasUniqueValue = true }] };
            await _store.CommitAsync(claim, cancellationToken);
        }

        string known = Encoding.ASCII.GetString(present.Value.Span);
        return known.StartsWith(owner, StringComparison.Ordinal)
            ? known
            : throw new ClusterException(
                $"The cluster knows node '{_node}' with another data directory (database {known.Split(' ')[0]}, this one is {owner}). "
                + $"Start it with that directory, give this node another CLUSTER_HOSTNAME, or delete the key '{key}' if the other is lost for good.");
    }

    /// <summary>Registers, and keeps that up until disposed. The node is fenced until <paramref name="catchUp"/> is done, each time.</summary>
    /// <param name="catchUp">Brings the node up to what it has missed.</param>
    /// <param name="fenced">Told when the registration was lost.</param>
    /// <param name="back">Told when the node is registered again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClusterException">The name is in use by another process, or the store fails.</exception>
    public async Task StartAsync(Func<CancellationToken, Task> catchUp, Action fenced, Action back, CancellationToken cancellationToken)
    {
        await EnterAsync(catchUp, cancellationToken);
        _keeping = KeepAsync(catchUp, fenced, back);
    }

    /// <summary>Ends the registration, so that the others know at once. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stopped.CancelAsync();
        await _keeping;
        if (Interlocked.Exchange(ref _lease, null) is { } lease)
        {
            await lease.DisposeAsync();
        }

        _stopped.Dispose();
    }

    private async Task EnterAsync(Func<CancellationToken, Task> catchUp, CancellationToken cancellationToken)
    {
        ClusterLease lease = await RegisterAsync(cancellationToken);
        try
        {
            await catchUp(cancellationToken);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }

        _lease = lease;
    }

    private async Task KeepAsync(Func<CancellationToken, Task> catchUp, Action fenced, Action back)
    {
        try
        {
            while (true)
            {
                ClusterLease lease = _lease!;
                await UntilAsync(lease.Lost);
                _stopped.Token.ThrowIfCancellationRequested();
                fenced();
                await lease.DisposeAsync();
                while (!await TryEnterAsync(catchUp))
                {
                    await Task.Delay(Pause, _clock, _stopped.Token);
                }

                back();
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task UntilAsync(CancellationToken lost)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lost, _stopped.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, _clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> TryEnterAsync(Func<CancellationToken, Task> catchUp)
    {
        try
        {
            await EnterAsync(catchUp, _stopped.Token);
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !_stopped.IsCancellationRequested)
        {
            // Fenced for as long as it lasts: the store is out of reach, another process has the name, or there is no space to catch up.
            OnProblem(failure);
            return false;
        }
    }

    /// <summary>The key of an earlier run of this node that died is still there until its lease ends: wait for that, and no longer.</summary>
    private async Task<ClusterLease> RegisterAsync(CancellationToken cancellationToken)
    {
        string key = _keys.Member(_node);
        long began = _clock.GetTimestamp();
        while (true)
        {
            ClusterLease lease = await ClusterLease.AcquireAsync(_store, _timeToLive, _clock, cancellationToken);
            try
            {
                var put = new ClusterPut(key, _record.Encode()) { LeaseId = lease.Id, HasUniqueValue = true };
                if ((await _store.CommitAsync(new ClusterTransaction { Compares = [ClusterCompare.Absent(key)], Puts = [put] }, cancellationToken)).Succeeded)
                {
                    return lease;
                }
            }
            catch
            {
                await lease.DisposeAsync();
                throw;
            }

            await lease.DisposeAsync();
            if (_clock.GetElapsedTime(began) > 3 * _timeToLive)
            {
                ClusterEntry? other = await _store.FindAsync(key, cancellationToken);
                throw new ClusterException(
                    $"Another process is registered as node '{_node}'{(other is null ? "" : $", at {MemberRecord.Decode(_node, other.Value).Address}")}. "
                    + "Names of nodes (CLUSTER_HOSTNAME) are unique in a cluster.");
            }

            await Task.Delay(Pause, _clock, cancellationToken);
        }
    }
}
