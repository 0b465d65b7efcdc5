namespace Basalt.Server.Tests.Index;

/// <summary>A step of a random walk over the objects of a class.</summary>
public abstract record IndexOperation
{
    private IndexOperation()
    {
    }

    public sealed record Import((int Id, IndexedDocument Document)[] Objects) : IndexOperation
    {
        public override string ToString() => $"Import {{ {string.Join(", ", Objects)} }}";
    }

    public sealed record Replace(int Id, IndexedDocument Document) : IndexOperation;

    public sealed record Merge(int Id, IndexedDocument Document) : IndexOperation;

    public sealed record Delete(int Id) : IndexOperation;

    public sealed record DeleteMatches(IndexFilter Filter) : IndexOperation;
}
