namespace Basalt.Server.Tests.Index;

/// <summary>A filter as the server takes it, with what the model says it means.</summary>
/// <param name="Where">The filter in JSON.</param>
/// <param name="IsMatch">Whether a document matches.</param>
public sealed record IndexFilter(string Where, Func<IndexedDocument, bool> IsMatch)
{
    public static IndexFilter Word(string word) =>
        new($$"""{"operator":"Equal","path":["title"],"valueText":"{{word}}"}""", document => document.Words.Contains(word));

    public static IndexFilter WordPrefix(string prefix) =>
        new(
            $$"""{"operator":"Like","path":["title"],"valueText":"{{prefix}}*"}""",
            document => document.Words.Any(word => word.StartsWith(prefix, StringComparison.Ordinal)));

    public static IndexFilter Tag(string tag) =>
        new($$"""{"operator":"ContainsAny","path":["tags"],"valueText":["{{tag}}"]}""", document => document.Tags?.Contains(tag) == true);

    public static IndexFilter NumberAbove(long number) =>
        new(FormattableString.Invariant($$"""{"operator":"GreaterThan","path":["number"],"valueInt":{{number}}}"""), document => document.Number > number);

    public static IndexFilter PriceAtMost(double price) =>
        new(FormattableString.Invariant($$"""{"operator":"LessThanEqual","path":["price"],"valueNumber":{{price:R}}}"""), document => document.Price <= price);

    public static IndexFilter FlagIs(bool flag) =>
        new($$"""{"operator":"Equal","path":["flag"],"valueBoolean":{{(flag ? "true" : "false")}}}""", document => document.Flag == flag);

    public static IndexFilter NumberIsNull { get; } =
        new("""{"operator":"IsNull","path":["number"],"valueBoolean":true}""", document => document.Number is null);

    public IndexFilter Not() => new($$"""{"operator":"Not","operands":[{{Where}}]}""", document => !IsMatch(document));

    public IndexFilter And(IndexFilter other) =>
        new($$"""{"operator":"And","operands":[{{Where}},{{other.Where}}]}""", document => IsMatch(document) && other.IsMatch(document));

    public IndexFilter Or(IndexFilter other) =>
        new($$"""{"operator":"Or","operands":[{{Where}},{{other.Where}}]}""", document => IsMatch(document) || other.IsMatch(document));

    public override string ToString() => Where;
}
