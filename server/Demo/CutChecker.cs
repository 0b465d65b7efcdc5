namespace Basalt.Server.Demo;

/// <summary>
/// Proves that a restored state is one instant of the past. A single writer wrote one object at a time, so the states that ever
/// existed are exactly "imported objects plus the first k writes"; the restored one must equal one of them, object by object, with
/// k inside the window that the backup allows.
/// </summary>
internal static class CutChecker
{
    private const int ShownDifferences = 10;

    public static CutVerdict Check(
        IReadOnlyList<CityObject> imported,
        IReadOnlyList<LoggedWrite> writes,
        CutWindow window,
        IReadOnlyDictionary<Guid, CityObject> restored)
    {
        // Each write that sets an object leaves its number there. A newer number may have been overwritten or deleted only by a write
        // that is newer still, so the newest number present, and the deletions that directly follow it, are the only possible cuts.
        long newest = restored.Count == 0 ? 0 : restored.Values.Max(value => value.Version);
        if (newest > writes.Count)
        {
            return Impossible($"The restored state holds write {newest}, but only {writes.Count} were made.");
        }

        int first = (int)newest;
        int last = first;
        while (last < writes.Count && writes[last].State is null)
        {
            last++;
        }

        if (last < window.Acknowledged)
        {
            return Impossible(
                $"The newest write inside is {newest}, but {window.Acknowledged} were acknowledged before the backup was asked for: acknowledged writes are missing.");
        }

        if (first > window.Started)
        {
            return Impossible(
                $"The newest write inside is {newest}, but only {window.Started} had begun when the backup was complete: writes from after the cut are inside.");
        }

        CutVerdict? closest = null;
        for (int cut = Math.Max(first, window.Acknowledged); cut <= Math.Min(last, window.Started); cut++)
        {
            CutVerdict verdict = Compare(StateAfter(imported, writes, cut), cut, restored);
            if (verdict.IsConsistent)
            {
                return verdict;
            }

            closest ??= verdict;
        }

        return closest!;
    }

    /// <summary>What the objects are after the first <paramref name="count"/> writes.</summary>
    public static Dictionary<Guid, CityObject> StateAfter(IReadOnlyList<CityObject> imported, IReadOnlyList<LoggedWrite> writes, int count)
    {
        Dictionary<Guid, CityObject> state = imported.ToDictionary(value => value.Id);
        foreach (LoggedWrite write in writes.Take(count))
        {
            if (write.State is null)
            {
                state.Remove(write.Id);
            }
            else
            {
                state[write.Id] = write.State;
            }
        }

        return state;
    }

    private static CutVerdict Compare(Dictionary<Guid, CityObject> expected, int cut, IReadOnlyDictionary<Guid, CityObject> restored)
    {
        List<string> differences = [];
        foreach ((Guid id, CityObject value) in expected)
        {
            if (!restored.TryGetValue(id, out CityObject? found))
            {
                differences.Add($"object {id} is missing; expected {value}");
            }
            else if (found != value)
            {
                differences.Add($"object {id} is {found}; expected {value}");
            }
        }

        differences.AddRange(restored.Keys.Where(id => !expected.ContainsKey(id)).Select(id => $"object {id} should not exist; it is {restored[id]}"));
        if (differences.Count == 0)
        {
            return new CutVerdict(cut, expected.Count, []);
        }

        string summary = $"{differences.Count} of {expected.Count} objects differ from the state after write {cut}:";
        return new CutVerdict(Cut: -1, expected.Count, [summary, .. differences.Take(ShownDifferences)]);
    }

    private static CutVerdict Impossible(string difference) => new(Cut: -1, Compared: 0, [difference]);
}
