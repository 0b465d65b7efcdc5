using System.Text;
using Basalt.Backup.Naming;
using Basalt.Backup.Tests.Support;
using Basalt.Engine;
using Basalt.Tests.Support;

namespace Basalt.Backup.Tests.Degraded;

/// <summary>Where nothing is created once, an attempt still has one owner and one end.</summary>
public sealed class DegradedAttemptTests : DisposableTest
{
    private static readonly BackupOptions Allowed = Workbench.BackupOptions with { AllowDegradedStores = true };

    private readonly Workbench _bench = new();
    private readonly MemoryBackend _store = new(ConditionSupport.Ignored);
    private readonly Database _first;
    private readonly Database _second;

    public DegradedAttemptTests()
    {
        _first = Filled("first", seed: 1);
        _second = Filled("second", seed: 2);
    }

    [Theory]
    [InlineData(ConditionSupport.Ignored)]
    [InlineData(ConditionSupport.Refused)]
    public async Task Create_ByTwoServicesThatClaimTogether_IsCommittedByOneAtMost(ConditionSupport conditions)
    {
        var store = new MemoryBackend(conditions);
        BackupService[] services = [Watched(_first, store, out InterceptedBackend left), Watched(_second, store, out InterceptedBackend right)];

        // Both have found the number free before either writes, and both have written before either looks.
        var found = new Meeting(2);
        var written = new Meeting(2);
        left.BeforePut = right.BeforePut = key => IsFirstClaim(key) ? found.ArriveAsync() : Task.CompletedTask;
        left.AfterPut = right.AfterPut = key => IsFirstClaim(key) ? written.ArriveAsync() : Task.CompletedTask;

        BackupSummary?[] made = await Task.WhenAll(services.Select(TryCreateAsync));

        Assert.InRange(store.Objects.Keys.Count(key => key.StartsWith("b1/withdrawn-0001-", StringComparison.Ordinal)), 1, 2);
        Assert.InRange(made.Count(summary => summary is not null), 0, 1);
        Assert.Equal(made.Count(summary => summary is not null), Committed(store));
        if (made.FirstOrDefault(summary => summary is not null) is { } winner)
        {
            Database target = _bench.OpenDatabase("restored");
            await _bench.OpenService(target, backend: store).RestoreAsync("b1");
            Assert.Equal(Contents.Read(made[0] is null ? _second : _first), Contents.Read(target));
            Assert.Equal(winner.Root, (await services[0].GetStatusAsync("b1"))!.Root);
        }
    }

    [Fact]
    public async Task Create_ByTwoServicesAtOnceManyTimes_NeverHasTwoWinners()
    {
        BackupService[] services = [_bench.OpenService(_first, Allowed, _store), _bench.OpenService(_second, Allowed, _store)];
        int won = 0;
        for (int round = 0; round < 20; round++)
        {
            string id = $"r{round}";
            BackupSummary?[] made = await Task.WhenAll(services.Select(service => Task.Run(() => TryCreateAsync(service, id))));

            Assert.InRange(made.Count(summary => summary is not null), 0, 1);
            won += made.Count(summary => summary is not null);
        }

        Assert.Equal(won, Committed(_store));
        Assert.NotEqual(0, won);
    }

    [Fact]
    public async Task Create_WhenAnotherStoppedAfterItsClaim_IsRefusedUntilThatOneIsStartedAgain()
    {
        await StopAfterClaimAsync(_first);
        BackupService other = _bench.OpenService(_second, Allowed, _store);
        var refused = await Assert.ThrowsAsync<BackupException>(() => other.CreateAsync(new BackupRequest("b1")));
        Assert.Equal(BackupError.AlreadyExists, refused.Error);
        using (var later = new BackupRepository(_store, Allowed with { TimeProvider = new LaterClock(TimeSpan.FromDays(10)) }))
        {
            Assert.Empty((await later.CollectGarbageAsync()).AbandonedBackups);
        }

        Assert.Null(await other.RecoverAsync());
        Assert.Equal(BackupState.Started, (await other.GetStatusAsync("b1"))!.State);
        BackupService again = _bench.OpenService(_first, Allowed, _store);
        Assert.Null(await again.RecoverAsync());

        Assert.Equal(BackupState.Failed, (await again.GetStatusAsync("b1"))!.State);
        Assert.Equal(2, (await other.CreateAsync(new BackupRequest("b1"))).Attempt);
    }

    [Fact]
    public async Task Recover_WhenAnotherClaimedTheSameNumber_WithdrawsInsteadOfEndingIt()
    {
        await StopAfterClaimAsync(_first);
        string claim = _store.Objects.Keys.Single(key => key.StartsWith("b1/claim-", StringComparison.Ordinal));
        string foreign = claim.Replace(claim[14..40], new string('z', 26), StringComparison.Ordinal);
        _store.Objects[foreign] = _store.Objects[claim];

        Assert.Null(await _bench.OpenService(_first, Allowed, _store).RecoverAsync());

        Assert.Single(_store.Objects.Keys, key => key == claim.Replace("claim", "withdrawn", StringComparison.Ordinal));
        Assert.DoesNotContain(_store.Objects.Keys, key => key.StartsWith("b1/outcome-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancel_OfARunningBackup_IsForTheProcessThatMakesIt()
    {
        var held = new InterceptedBackend(_store);
        var gate = new Gate();
        held.BeforePut = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupService service = _bench.OpenService(_first, Allowed, held);
        BackupJob job = await service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        using var stranger = new BackupRepository(_store, Allowed);

        var refused = await Assert.ThrowsAsync<BackupException>(() => stranger.CancelAsync("b1"));
        BackupState? state = await service.CancelCreateAsync("b1");
        gate.Open();

        Assert.Equal(BackupError.InProgress, refused.Error);
        Assert.Contains("cancel it there", refused.Message, StringComparison.Ordinal);
        Assert.Equal(BackupState.Canceled, state);
        Assert.Equal(BackupError.Canceled, (await Assert.ThrowsAsync<BackupException>(() => job.Completion)).Error);
        Assert.Equal(BackupState.Canceled, await stranger.CancelAsync("b1"));
    }

    [Fact]
    public async Task Create_WhenTheStoreSaysThatTheCommitFailed_TriesThatDecisionAgainAndNoOther()
    {
        int outcomes = 0;
        var failing = new InterceptedBackend(_store)
        {
            BeforePut = key => key.Contains("/outcome-", StringComparison.Ordinal) && ++outcomes == 1
                ? throw new BackupBackendException(key, "it may have arrived", isTransient: false)
                : Task.CompletedTask,
        };

        BackupSummary made = await _bench.OpenService(_first, Allowed, failing).CreateAsync(new BackupRequest("b1"));

        Assert.Equal((BackupState.Success, 2), (made.State, outcomes));
        Assert.Equal(1, Committed(_store));
    }

    [Fact]
    public async Task Recover_OfAnInterruptedBackup_GoesOnAndOverwritesNoJournal()
    {
        var held = new InterceptedBackend(_store);
        var gate = new Gate();
        held.BeforePut = key => key.StartsWith(RepositoryLayout.DataPrefix, StringComparison.Ordinal) ? gate.PassAsync() : Task.CompletedTask;
        BackupService service = _bench.OpenService(_first, Allowed with { Parallelism = 1 }, held);
        BackupJob job = await service.StartCreateAsync(new BackupRequest("b1"));
        await gate.Reached;
        Task disposal = service.DisposeAsync().AsTask();
        gate.Open();
        await disposal;
        await Assert.ThrowsAsync<BackupException>(() => job.Completion);
        KeyValuePair<string, byte[]>[] journals = [.. Journals()];
        var watched = new InterceptedBackend(_store);
        var kept = new List<bool>();
        watched.BeforePut = key =>
        {
            if (key.Contains("/outcome-", StringComparison.Ordinal))
            {
                kept.AddRange(journals.Select(journal => _store.Objects[journal.Key].AsSpan().SequenceEqual(journal.Value)));
            }

            return Task.CompletedTask;
        };
        BackupService next = _bench.OpenService(_first, Allowed, watched);

        BackupJob? resumed = await next.RecoverAsync();

        Assert.Equal(BackupState.Success, (await resumed!.Completion).State);
        Assert.NotEmpty(kept);
        Assert.DoesNotContain(false, kept);
        Assert.True((await next.Repository.VerifyAsync("b1", new VerificationOptions { Level = VerificationLevel.Full })).IsGood);
    }

    public override ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static bool IsFirstClaim(string key) => key.StartsWith("b1/claim-0001-", StringComparison.Ordinal);

    private static int Committed(MemoryBackend store) =>
        store.Objects.Count(item => item.Key.Contains("/outcome-", StringComparison.Ordinal)
            && Encoding.UTF8.GetString(item.Value).Contains("\"state\":\"COMMITTED\"", StringComparison.Ordinal));

    private static async Task<BackupSummary?> TryCreateAsync(BackupService service) => await TryCreateAsync(service, "b1");

    private static async Task<BackupSummary?> TryCreateAsync(BackupService service, string id)
    {
        try
        {
            return await service.CreateAsync(new BackupRequest(id));
        }
        catch (BackupException lost) when (lost.Error == BackupError.AlreadyExists)
        {
            return null;
        }
    }

    private IEnumerable<KeyValuePair<string, byte[]>> Journals() =>
        _store.Objects.Where(item => item.Key.StartsWith(RepositoryLayout.WorkPrefix, StringComparison.Ordinal)
            && item.Key.Contains("/j-", StringComparison.Ordinal));

    private Database Filled(string name, int seed)
    {
        Database database = _bench.OpenDatabase(name);
        Contents.Fill(database, "Book", 1_000, seed);
        database.FlushAsync().GetAwaiter().GetResult();
        return database;
    }

    private BackupService Watched(Database database, MemoryBackend store, out InterceptedBackend backend)
    {
        backend = new InterceptedBackend(store);
        return _bench.OpenService(database, Allowed, backend);
    }

    /// <summary>Leaves a claim of a database behind, as a process does that is killed before it looks for others.</summary>
    private async Task StopAfterClaimAsync(Database database)
    {
        bool isDead = false;
        var dying = new InterceptedBackend(_store);
        Task Call(string key) => isDead ? throw new BackupBackendException(key, "the process is gone", isTransient: false) : Task.CompletedTask;
        dying.BeforeList = Call;
        dying.BeforeOpen = Call;
        dying.BeforePut = Call;
        dying.AfterPut = key =>
        {
            isDead |= key.StartsWith("b1/claim-", StringComparison.Ordinal);
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<BackupException>(() => _bench.OpenService(database, Allowed, dying).CreateAsync(new BackupRequest("b1")));
        Assert.Single(_store.Objects.Keys, key => key.StartsWith("b1/claim-", StringComparison.Ordinal));
    }

    /// <summary>A point that nobody passes before all are there.</summary>
    private sealed class Meeting(int parties)
    {
        private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public Task ArriveAsync()
        {
            if (Interlocked.Increment(ref _arrived) == parties)
            {
                _complete.SetResult();
            }

            return _complete.Task.WaitAsync(TimeSpan.FromMinutes(2));
        }
    }
}
