using System.Collections.Concurrent;
using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Tests.Cluster.Backups;

/// <summary>A repository that all nodes see, without bytes in it: claims, shares and the outcome, each created once. Also the coordinator's work in it.</summary>
internal sealed class FakeRepository(TimeProvider clock) : ICoordinatorWork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, BackupTicket> _claims = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BackupState> _outcomes = new(StringComparer.Ordinal);

    /// <summary>What nodes transferred: the instant of it by attempt and node.</summary>
    public ConcurrentDictionary<(string Attempt, string Node), long> Shares { get; } = new();

    /// <summary>Called before a commit.</summary>
    public Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>Called before a publication, with what has to hold of what is written for it.</summary>
    public Func<OperationPlan, ImmutableArray<ClusterCompare>, Task> BeforePublish { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>What everything that it is told of an end fails with; null for nothing.</summary>
    public Exception? Damage { get; set; }

    /// <summary>Whether it is out of reach.</summary>
    public bool IsUnreachable { get; set; }

    public long Clock => clock.GetUtcNow().ToUnixTimeMilliseconds() << CoordinatorView.ClockCounterBits;

    public BackupState? OutcomeOf(string id)
    {
        lock (_lock)
        {
            return _claims.TryGetValue(id, out BackupTicket? ticket) && _outcomes.TryGetValue(ticket.AttemptUlid, out BackupState state) ? state : null;
        }
    }

    public bool HasClaim(OperationPlan plan)
    {
        lock (_lock)
        {
            return _claims.TryGetValue(plan.Id, out BackupTicket? ticket) && ticket.AttemptUlid == plan.Operation.ToString();
        }
    }

    public Task<BackupTicket> ClaimAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        RequireReach();
        lock (_lock)
        {
            if (_claims.TryGetValue(plan.Id, out BackupTicket? made))
            {
                return made.AttemptUlid == plan.Operation.ToString()
                    ? Task.FromResult(made)
                    : throw new BackupException(BackupError.AlreadyExists, $"Backup '{plan.Id}' already exists.", plan.Id);
            }

            var ticket = new BackupTicket
            {
                Id = plan.Id,
                Attempt = 1,
                AttemptUlid = plan.Operation.ToString(),
                Collections = plan.Classes,
                Participants = plan.Participants,
            };
            _claims[plan.Id] = ticket;
            return Task.FromResult(ticket);
        }
    }

    public Task<BackupTicket?> FindClaimAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        RequireReach();
        lock (_lock)
        {
            return Task.FromResult(HasClaim(plan) ? _claims[plan.Id] : null);
        }
    }

    public IAsyncDisposable KeepAlive(OperationPlan plan, BackupTicket ticket) => new Beat();

    public async Task<BackupState> CommitAsync(
        OperationPlan plan, BackupTicket ticket, ImmutableArray<StoredShare> shares, CancellationToken cancellationToken)
    {
        await BeforeCommit().WaitAsync(cancellationToken);
        RequireReach();
        Assert.Equal(plan.Participants.Order(), shares.Select(share => share.Node).Order());
        Assert.Single(plan.Participants.Select(node => Shares[(ticket.AttemptUlid, node)]).Distinct());
        return Decide(ticket, BackupState.Success);
    }

    public Task<BackupState> EndAsync(OperationPlan plan, BackupTicket ticket, bool isCanceled, string reason, CancellationToken cancellationToken)
    {
        RequireReach();
        if (Damage is not null)
        {
            throw Damage;
        }

        return Task.FromResult(Decide(ticket, isCanceled ? BackupState.Canceled : BackupState.Failed));
    }

    public async Task<Publication> PublishAsync(
        OperationPlan plan, OperationRecord record, ImmutableArray<ClusterCompare> fence, CancellationToken cancellationToken)
    {
        await BeforePublish(plan, fence);
        return new Publication([ClusterCompare.Absent("/c/published")], [new ClusterPut("/c/published", plan.Operation.ToByteArray())]);
    }

    public ImmutableArray<KeyRange> LeftoversOf(OperationPlan plan) => [KeyRange.Prefix(PartsOf(plan))];

    /// <summary>What begins the keys of what <see cref="BeforePublish"/> may write for an operation.</summary>
    public static string PartsOf(OperationPlan plan) => $"/c/incoming/{plan.Operation:N}/";

    private BackupState Decide(BackupTicket ticket, BackupState state)
    {
        lock (_lock)
        {
            return _outcomes.TryGetValue(ticket.AttemptUlid, out BackupState first) ? first : _outcomes[ticket.AttemptUlid] = state;
        }
    }

    private void RequireReach()
    {
        if (IsUnreachable)
        {
            throw new BackupException(BackupError.BackendFailure, "The store is out of reach.");
        }
    }

    private sealed class Beat : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
