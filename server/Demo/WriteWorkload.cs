namespace Basalt.Server.Demo;

/// <summary>
/// Invents the writes that go on beside a backup: 70 % update an object, 20 % insert one, 10 % delete one, picked at random from a
/// fixed seed. Each write carries its own number.
/// </summary>
internal sealed class WriteWorkload
{
    private const int FirstInventedId = 1_000_000_000;

    private readonly Random _random;
    private readonly List<CityObject> _live;
    private int _inserted;
    private long _version;

    public WriteWorkload(IEnumerable<CityObject> imported, int seed)
    {
        _random = new Random(seed);
        _live = [.. imported];
    }

    /// <summary>The next write. It counts as made.</summary>
    public LoggedWrite Next()
    {
        _version++;
        int index = _random.Next(_live.Count);
        CityObject victim = _live[index];
        switch (_random.Next(10))
        {
            case 0 when _live.Count > 1:
                _live[index] = _live[^1];
                _live.RemoveAt(_live.Count - 1);
                return new LoggedWrite(LoggedWriteKind.Delete, victim.Id, State: null);

            case 1 or 2:
                int id = FirstInventedId + _inserted++;
                City founded = victim.City with { GeoNameId = id, Name = $"New {victim.City.Name}", Population = 1 };
                CityObject inserted = CityObject.Of(founded, _version);
                _live.Add(inserted);
                return new LoggedWrite(LoggedWriteKind.Insert, inserted.Id, inserted);

            default:
                City grown = victim.City with { Population = victim.City.Population + _random.Next(1, 1000) };
                CityObject updated = CityObject.Of(grown, _version);
                _live[index] = updated;
                return new LoggedWrite(LoggedWriteKind.Update, updated.Id, updated);
        }
    }
}
