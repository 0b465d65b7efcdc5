using Basalt.Backup.Backends;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.Tests.Backends;

public sealed class RetryingBackendTests : BackendContract
{
    private static readonly StallGuard Patient = new(TimeSpan.FromMinutes(1), TimeProvider.System);

    private readonly MemoryBackend _memory = new();
    private readonly InterceptedBackend _intercepted;
    private readonly RetryingBackend _backend;

    public RetryingBackendTests()
    {
        _intercepted = new InterceptedBackend(_memory);
        _backend = new RetryingBackend(_intercepted, new RetryPolicy(attempts: 4, new ImpatientClock()), Patient);
    }

    protected override IBackupBackend Backend => _backend;

    [Fact]
    public async Task TryPut_WhenFailurePasses_Succeeds()
    {
        _intercepted.BeforePut = FailTimes(3, isTransient: true);

        Assert.True(await PutAsync("key", "x"));
    }

    [Fact]
    public async Task TryPut_WhenFailureStays_GivesUp()
    {
        int calls = 0;
        _intercepted.BeforePut = key =>
        {
            calls++;
            throw new BackupBackendException(key, "slow down", isTransient: true);
        };

        await Assert.ThrowsAsync<BackupBackendException>(() => PutAsync("key", "x"));

        Assert.Equal(4, calls);
    }

    [Fact]
    public async Task TryPut_WhenFailureIsPermanent_DoesNotTryAgain()
    {
        _intercepted.BeforePut = FailTimes(1, isTransient: false);

        await Assert.ThrowsAsync<BackupBackendException>(() => PutAsync("key", "x"));
    }

    [Fact]
    public async Task OpenRead_WhenStreamBreaks_GoesOnWhereItStopped()
    {
        byte[] bytes = new byte[10_000];
        new Random(2).NextBytes(bytes);
        await _memory.TryPutAsync("key", ObjectContent.FromBytes(bytes));
        int opened = 0;
        _intercepted.OnOpened = (key, stream) => opened++ < 3 ? new BreakingStream(stream, 1234, key) : stream;

        byte[] read = await ReadAsync(await Backend.OpenReadAsync("key", 100, 9_800));

        Assert.Equal(bytes[100..9_900], read);
        Assert.Equal(4, opened);
    }

    [Fact]
    public async Task List_WhenItBreaks_ReportsEverything()
    {
        await PutAsync("a", "x");
        await PutAsync("b", "x");
        _intercepted.BeforeList = FailTimes(2, isTransient: true);

        List<BackendEntry> entries = await Backend.ListAsync("").ToListAsync();

        Assert.Equal(["a", "b"], entries.Select(entry => entry.Key));
    }

    [Fact]
    public async Task AnyCall_WhenTheBudgetIsSpent_IsNotRepeated()
    {
        int calls = 0;
        _intercepted.BeforePut = key =>
        {
            calls++;
            throw new BackupBackendException(key, "slow down", isTransient: true);
        };
        var backend = new RetryingBackend(_intercepted, new RetryPolicy(attempts: 4, new ImpatientClock(), budget: 5), Patient);

        for (int i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<BackupBackendException>(() => backend.TryPutAsync("key", ObjectContent.FromBytes(new byte[1])));
        }

        // 3 repetitions of the first, 2 of the second, none of the others.
        Assert.Equal(4 + 3 + 1 + 1, calls);
    }

    [Fact]
    public async Task AnyCall_WhenOneInFourFails_NeverSpendsTheBudget()
    {
        int calls = 0;
        _intercepted.BeforeOpen = key => calls++ % 4 == 0
            ? throw new BackupBackendException(key, "reset", isTransient: true)
            : Task.CompletedTask;
        var backend = new RetryingBackend(_intercepted, new RetryPolicy(attempts: 4, new ImpatientClock(), budget: 2), Patient);

        for (int i = 0; i < 1_000; i++)
        {
            Assert.Null(await backend.OpenReadAsync("key"));
        }
    }

    private static Func<string, Task> FailTimes(int times, bool isTransient)
    {
        int failed = 0;
        return key => failed++ < times
            ? throw new BackupBackendException(key, "slow down", isTransient)
            : Task.CompletedTask;
    }
}
