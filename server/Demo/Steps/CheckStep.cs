namespace Basalt.Server.Demo.Steps;

/// <summary>Reads every restored object and proves that together they are what the backup's cut saw.</summary>
internal sealed class CheckStep(string id) : IDemoStep
{
    private const int ReportEvery = 1000;

    public string Title => "Compare every object";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        BackupRun backup = session.Backups.Single(made => made.Id == id);
        session.Restored = await ReadAsync(session, progress, cancellationToken);
        LoggedWrite[] writes = session.Writer.Log.ToArray();
        CutVerdict verdict = CutChecker.Check(session.Imported, writes, backup.Window, session.Restored);
        backup.Verdict = verdict;
        if (!verdict.IsConsistent)
        {
            throw new DemoFailureException(
                $"What '{id}' restored is not the state at its cut.{Environment.NewLine}{string.Join(Environment.NewLine, verdict.Differences)}");
        }

        await CheckIndexAsync(session, cancellationToken);
        return $"{Figure.Count(verdict.Compared)} equal: import + {Figure.Count(verdict.Cut)} writes";
    }

    private static async Task<Dictionary<Guid, CityObject>> ReadAsync(
        DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        Dictionary<Guid, CityObject> restored = [];
        await foreach (CityObject value in session.Client.ReadObjectsAsync(cancellationToken))
        {
            if (!restored.TryAdd(value.Id, value))
            {
                throw new DemoFailureException($"Object {value.Id} was listed twice.");
            }

            if (restored.Count % ReportEvery == 0)
            {
                progress.Report((double)restored.Count / session.Imported.Count, $"{Figure.Count(restored.Count)} objects read");
            }
        }

        return restored;
    }

    /// <summary>The inverted index is other files than the objects; it must be of the same cut.</summary>
    private static async Task CheckIndexAsync(DemoSession session, CancellationToken cancellationToken)
    {
        const string Country = "JP";
        IEnumerable<CityObject> objects = session.Restored.Values;
        int written = await session.Client.CountAsync("version", "GreaterThan", "valueInt", "0", cancellationToken);
        RequireSame("that a live write set", objects.Count(value => value.Version > 0), written);
        int inCountry = await session.Client.CountAsync("country", "Equal", "valueText", $"\"{Country}\"", cancellationToken);
        RequireSame($"in {Country}", objects.Count(value => value.City.Country == Country), inCountry);
    }

    private static void RequireSame(string which, int expected, int found)
    {
        if (found != expected)
        {
            throw new DemoFailureException($"The restored index finds {found} objects {which}, but {expected} are there.");
        }
    }
}
