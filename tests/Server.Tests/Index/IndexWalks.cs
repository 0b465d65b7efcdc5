using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Server.Tests.Index;

/// <summary>Generates random walks and shrinks them by leaving steps out. Few ids and few values, so that steps meet each other.</summary>
internal static class IndexWalks
{
    private const int Ids = 12;

    private static readonly string[] Words = ["a", "ab", "abc", "sea", "seaside", "größe", "x1"];

    public static Arbitrary<IndexOperation[]> OfAtMost(int longest)
    {
        Gen<IndexOperation[]> walks =
            from length in Gen.Choose(1, longest)
            from steps in Step.ArrayOf(length)
            select steps;
        return Arb.From(walks, Shrink);
    }

    /// <summary>Filters that every walk is checked with, besides those in it.</summary>
    public static IReadOnlyList<IndexFilter> Probes { get; } =
    [
        .. Words.Select(IndexFilter.Word),
        IndexFilter.WordPrefix("a"),
        IndexFilter.WordPrefix("sea"),
        IndexFilter.Tag("Red"),
        IndexFilter.Tag("red"),
        IndexFilter.NumberAbove(-1),
        IndexFilter.NumberAbove(long.MaxValue - 1),
        IndexFilter.PriceAtMost(0),
        IndexFilter.FlagIs(true),
        IndexFilter.NumberIsNull,
        IndexFilter.NumberIsNull.Not(),
        IndexFilter.Word("a").And(IndexFilter.FlagIs(false).Not()),
        IndexFilter.Word("sea").Or(IndexFilter.NumberAbove(3)).Not(),
    ];

    private static Gen<int> Id => Gen.Choose(0, Ids - 1);

    private static Gen<IndexedDocument> Document =>
        from title in Optional(Gen.Elements(Words).ListOf().Select(words => string.Join(' ', words.Take(5))))
        from tags in Optional(Gen.Elements("Red", "red", "blue green", " spaced ").ListOf().Select(list => list.Take(4).ToArray()))
        from number in Gen.Elements<long?>(null, 0, 1, -1, 4, long.MinValue, long.MaxValue)
        from price in Gen.Elements<double?>(null, 0, -0.0, 1.5, -2.25, 1e300, -1e-300)
        from flag in Gen.Elements<bool?>(null, true, false)
        select new IndexedDocument(title, tags, number, price, flag);

    private static Gen<IndexFilter> Filter =>
        from filter in Gen.Elements<IndexFilter>(Probes)
        select filter;

    private static Gen<IndexOperation> Step => Gen.Frequency(
        (6, from count in Gen.Choose(1, 6)
            from objects in (from id in Id from document in Document select (id, document)).ArrayOf(count)
            select (IndexOperation)new IndexOperation.Import(objects)),
        (2, from id in Id from document in Document select (IndexOperation)new IndexOperation.Replace(id, document)),
        (3, from id in Id from document in Document select (IndexOperation)new IndexOperation.Merge(id, document)),
        (2, from id in Id select (IndexOperation)new IndexOperation.Delete(id)),
        (1, from filter in Filter select (IndexOperation)new IndexOperation.DeleteMatches(filter)));

    private static Gen<T?> Optional<T>(Gen<T> values)
        where T : class =>
        Gen.Frequency((1, Gen.Constant<T?>(null)), (3, values.Select(value => (T?)value)));

    private static IEnumerable<IndexOperation[]> Shrink(IndexOperation[] walk)
    {
        for (int chunk = walk.Length / 2; chunk > 0; chunk /= 2)
        {
            for (int start = 0; start + chunk <= walk.Length; start += chunk)
            {
                yield return [.. walk[..start], .. walk[(start + chunk)..]];
            }
        }
    }
}
