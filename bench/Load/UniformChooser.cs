namespace Basalt.Bench.Load;

/// <summary>Every number from <paramref name="first"/> on is as likely as any other.</summary>
internal sealed class UniformChooser(long first, long count, int seed) : IKeyChooser
{
    private readonly Random _random = new(seed);

    public long Next() => first + _random.NextInt64(count);
}
