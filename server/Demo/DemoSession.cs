namespace Basalt.Server.Demo;

/// <summary>What the steps of one run share: the server they talk to, and what they have found out so far.</summary>
internal sealed class DemoSession : IAsyncDisposable
{
    private const int Seed = 1;

    private LiveWriter? _writer;

    public DemoSession(DemoPlan plan, Uri address, TimeSpan patience = default)
    {
        Plan = plan;
        Client = new RestClient(address, patience);
        Imported = [.. plan.Cities.Select(CityObject.Imported)];
    }

    public DemoPlan Plan { get; }

    /// <summary>The server that is spoken to.</summary>
    public RestClient Client { get; private set; }

    /// <summary>The objects before the first write of the writer.</summary>
    public IReadOnlyList<CityObject> Imported { get; }

    /// <summary>The writer, from the first request for it on.</summary>
    public LiveWriter Writer => _writer ??= LiveWriter.Start(Client, new WriteWorkload(Imported, Seed));

    /// <summary>How long the import took.</summary>
    public TimeSpan ImportTime { get; set; }

    /// <summary>The writes that were measured before any backup.</summary>
    public CutWindow Baseline { get; set; }

    /// <summary>The backups, in the order they were made.</summary>
    public List<BackupRun> Backups { get; } = [];

    /// <summary>The objects that were read after the last restore.</summary>
    public IReadOnlyDictionary<Guid, CityObject> Restored { get; set; } = new Dictionary<Guid, CityObject>();

    /// <summary>Goes on with another server. The writer has been stopped.</summary>
    public void MoveTo(Uri address)
    {
        Client.Dispose();
        Client = new RestClient(address);
    }

    /// <summary>Stops the writer if it still writes, as after a failed step. Idempotent.</summary>
    public ValueTask StopWritingAsync() => _writer?.DisposeAsync() ?? ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopWritingAsync();
        Client.Dispose();
    }
}
