using Basalt.Backup;
using Basalt.Backup.Tests.Support;
using Basalt.Server.Tests.Support;
using static Basalt.Server.Tests.Backups.BackupClient;

namespace Basalt.Server.Tests.Backups;

/// <summary>A backup that a stop of the server interrupted goes on, whenever its place can be reached again.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TestServer _server = null!;
    private Func<string, Task> _beforeList = _ => Task.CompletedTask;
    private bool _isHeld = true;

    private ApiClient Client => _server.Client;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(
            decorateBackend: backend => new InterceptedBackend(_isHeld ? new HeldBackend(backend, _gate.Task) : backend) { BeforeList = prefix => _beforeList(prefix) });
        await Client.CreateClassAsync("Book", 20);
        (await Client.PostAsync(Location, """{"id":"b1"}""")).Expect(200);
        await Client.StateAsync($"{Location}/b1", "TRANSFERRING");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Backup_WhenItsPlaceIsOutOfReachAtTheStart_GoesOnAfterwards()
    {
        int calls = 0;
        _beforeList = key => Interlocked.Increment(ref calls) == 1
            ? throw new BackupBackendException(key, "the store is away", isTransient: false)
            : Task.CompletedTask;

        await RestartUnheldAsync();

        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
    }

    [Fact]
    public async Task Backup_WhenItsPlaceIsNotMountedAtTheStart_GoesOnAfterwards()
    {
        string unmounted = Path.Combine(_server.Scratch, "unmounted");
        _isHeld = false;
        await _server.RestartAsync(() => Directory.Move(_server.BackupPath, unmounted));
        (await Client.GetAsync($"{Location}/b1")).ExpectHandlerError(404, "b1");

        // The server made an empty one.
        Directory.Delete(_server.BackupPath, recursive: true);
        Directory.Move(unmounted, _server.BackupPath);

        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
    }

    [Fact]
    public async Task Create_BeforeTheInterruptedBackupGoesOn_WaitsAndIsRefused()
    {
        var recovery = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _beforeList = _ => recovery.Task;
        await _server.RestartAsync();

        Task<ApiResponse> second = Client.PostAsync(Location, """{"id":"b2"}""");
        recovery.SetResult();

        (await second).ExpectHandlerError(422, "backup b1 already in progress");
        _gate.SetResult();
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
        await Client.BackUpAsync("b2");
    }

    [Fact]
    public async Task Create_ElsewhereWhileAnInterruptedBackupGoesOn_IsRefused()
    {
        await _server.RestartAsync();
        await Client.StateAsync($"{Location}/b1", "TRANSFERRING");
        string below = Path.Combine(_server.BackupPath, "other").Replace("\\", "\\\\", StringComparison.Ordinal);

        ApiResponse answer = await Client.PostAsync(Location, $$$"""{"id":"b2","config":{"Path":"{{{below}}}"}}""");

        answer.ExpectHandlerError(422, "backup b1 already in progress");
        _gate.SetResult();
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");
    }

    [Fact]
    public async Task Metrics_AfterARestart_KnowTheLastGoodBackup()
    {
        _gate.SetResult();
        await Client.EndOfAsync($"{Location}/b1", "SUCCESS");

        await RestartUnheldAsync();

        // Read from the repository beside the first requests.
        string text = "";
        for (int i = 0; i < 1000 && !text.Contains("basalt_backup_last_success_age_seconds{", StringComparison.Ordinal); i++)
        {
            text = (await Client.GetAsync("/metrics")).Expect(200).Text;
        }

        Assert.Contains("basalt_backup_last_success_age_seconds{backend_name=\"filesystem\"} ", text, StringComparison.Ordinal);
    }

    private Task RestartUnheldAsync()
    {
        _isHeld = false;
        return _server.RestartAsync();
    }
}
