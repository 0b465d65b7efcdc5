using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Tests.Backups;

public sealed class OperationGateTests : IDisposable
{
    private readonly OperationGate _gate = new("backup");
    private readonly HashSet<string> _ended = [];
    private int _starts;

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task Start_WhileAnotherRuns_IsRefusedAndNothingIsStarted()
    {
        await StartAsync("first");

        BackupException refusal = await Assert.ThrowsAsync<BackupException>(() => StartAsync("second"));

        Assert.Equal(BackupError.InProgress, refusal.Error);
        Assert.Contains("backup first already in progress", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, _starts);
        _ended.Add("first");
        await StartAsync("second");
    }

    [Fact]
    public async Task Start_WhileAResumedOneRuns_IsRefusedUntilAllHaveEnded()
    {
        await StartAsync("first");
        await _gate.AdmitAsync(Entry("resumed"), CancellationToken.None);
        _ended.Add("first");

        Assert.Contains("resumed", (await Assert.ThrowsAsync<BackupException>(() => StartAsync("second"))).Message, StringComparison.Ordinal);

        _ended.Add("resumed");
        await StartAsync("second");
    }

    [Fact]
    public async Task Start_ThatFails_LeavesTheGateOpen()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _gate.StartAsync<string>(() => throw new InvalidOperationException(), Entry, CancellationToken.None));

        await StartAsync("second");
    }

    private Task<string> StartAsync(string id) => _gate.StartAsync(
        () =>
        {
            _starts++;
            return Task.FromResult(id);
        },
        Entry,
        CancellationToken.None);

    private GateEntry Entry(string id) => new(id, () => _ended.Contains(id));
}
