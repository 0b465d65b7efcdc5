using System.Diagnostics;
using System.Text.Json;
using Basalt.Bench.Soak;

namespace Basalt.Bench.Stress.Client;

/// <summary>Does what the supervisor says, one line at a time, and knows all that must be there, whatever happens to the server.</summary>
internal sealed class StressClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TextReader _input;
    private readonly StressJournal _journal;
    private readonly StressWorld _world;
    private readonly LiveCheck _live;
    private readonly StressWorker[] _workers;
    private readonly BackupActor _backups;
    private readonly RestoreActor _restores;
    private readonly TendingActor _tending;
    private CancellationTokenSource _stop = new();
    private Task[] _running = [];
    private bool _isStarted;

    public StressClient(int seed, int workers, TextReader input, TextWriter output)
    {
        _input = input;
        _journal = new StressJournal(output);
        _world = new StressWorld(seed, workers, _journal);
        ClassReader reader = new(_world);
        _live = new LiveCheck(_world, reader);
        _workers = [.. Enumerable.Range(0, workers).Select(worker => new StressWorker(_world, worker))];
        _backups = new BackupActor(_world);
        _restores = new RestoreActor(_world, _live, reader);
        _tending = new TendingActor(_world);
    }

    /// <returns>The exit code: 1 if something was wrong.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        while (await _input.ReadLineAsync(cancellationToken) is { } line && line != "end")
        {
            string[] words = line.Split(' ');
            try
            {
                await ObeyAsync(words);
            }
            catch (Exception exception) when (exception is ServerGoneException or UnexpectedAnswerException or KeyNotFoundException or JsonException)
            {
                _journal.Fail($"{words[0]}: {exception.Message}");
            }

            if (words[0] is not ("killing" or "stopping"))
            {
                _journal.Say("done");
            }
        }

        _journal.Say(JsonSerializer.Serialize(_journal.Counts));
        return _journal.HasFailed ? 1 : 0;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _world.Api.Dispose();
    }

    private Task ObeyAsync(string[] words)
    {
        switch (words[0])
        {
            case "check":
                return CheckAsync(new Uri(words[1]));
            case "load":
                Load();
                return Task.CompletedTask;
            case "killing" or "stopping":
                _world.Api.MayEnd = true;
                return Task.CompletedTask;
            case "down":
                return EndLoadAsync();
            case "finish":
                return FinishAsync();
            default:
                throw new UnexpectedAnswerException($"Unknown word: {words[0]}");
        }
    }

    private async Task CheckAsync(Uri address)
    {
        _world.Api.Connect(address);
        if (!_isStarted)
        {
            await _live.CreateLastingAsync();
            _isStarted = true;
        }

        await _backups.SettleAsync();
        await _restores.SettleAsync();
        await _live.RunAsync();
    }

    private void Load()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        CancellationToken stop = _stop.Token;
        _running = [.. _workers.Select(worker => worker.RunAsync(stop)), _backups.RunAsync(stop), _restores.RunAsync(stop), _tending.RunAsync(stop)];
    }

    private async Task EndLoadAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _restores.LeaveAlone();
    }

    /// <summary>Without a kill: all is as it must be, each backup can be restored, and at last nothing is left of them.</summary>
    private async Task FinishAsync()
    {
        await EndLoadAsync();
        await _live.RunAsync();
        foreach (BackupEntry entry in _world.Ledger.In(BackupOutcome.Good))
        {
            await _restores.RestoreBesideAsync(entry, mayCancel: false);
        }

        await _tending.EmptyAsync();
        await AwaitZeroAsync("basalt_engine_leases");
        await AwaitZeroAsync("basalt_engine_held_bytes");
    }

    /// <summary>What is let go of is deleted in the background.</summary>
    private async Task AwaitZeroAsync(string metric)
    {
        Stopwatch waiting = Stopwatch.StartNew();
        double value;
        do
        {
            value = await ServerFigures.ReadAsync(_world.Api, metric);
            await Task.Delay(50);
        }
        while (value != 0 && waiting.Elapsed < Patience);

        if (value != 0)
        {
            _journal.Fail($"At the end {metric} is {value}.");
        }
    }
}
