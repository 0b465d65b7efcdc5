namespace Basalt.Consistency.Tests.Protocol;

/// <summary>Object names as bits, and sets of them as bytes.</summary>
internal sealed class Names(Configuration configuration)
{
    public const byte None = 0;
    public const byte All = 0b111111;

    private readonly bool _unique = configuration.Keeps(Rule.UniqueNames);

    /// <summary>The name under which an attempt stores a content.</summary>
    public byte Of(int attempt, int content) => (byte)(1 << ((_unique ? attempt * 2 : 0) + content));

    /// <summary>All names that an attempt may store under.</summary>
    public byte MadeBy(int attempt) => Union(content => Of(attempt, content));

    /// <summary>The names that an attempt refers to, given where it takes each content from.</summary>
    public byte Manifest(in RepositoryState.Attempt attempt)
    {
        byte names = None;
        for (int content = 0; content < configuration.Extents; content++)
        {
            names |= Of(Source(attempt, content), content);
        }

        return names;
    }

    /// <summary>Those of an attempt's names that it uploads itself.</summary>
    public byte Uploads(in RepositoryState.Attempt attempt, int self)
    {
        byte names = None;
        for (int content = 0; content < configuration.Extents; content++)
        {
            names |= Source(attempt, content) == self ? Of(self, content) : None;
        }

        return names;
    }

    public static int Source(in RepositoryState.Attempt attempt, int content) => (attempt.Sources >> (content * 2)) & 3;

    public static void Take(ref RepositoryState.Attempt attempt, int content, int from) =>
        attempt.Sources = (byte)((attempt.Sources & ~(3 << (content * 2))) | (from << (content * 2)));

    public static string Describe(int names) => names == 0
        ? "-"
        : string.Concat(Enumerable.Range(0, 6).Where(bit => (names >> bit & 1) != 0).Select(bit => $"{"abc"[bit / 2]}{bit % 2}"));

    private byte Union(Func<int, byte> name) => (byte)Enumerable.Range(0, configuration.Extents).Aggregate(0, (all, content) => all | name(content));
}
