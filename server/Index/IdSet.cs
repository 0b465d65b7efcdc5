namespace Basalt.Server.Index;

/// <summary>A set of objects, or all objects but a set: so a negated filter costs nothing until the very end.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="IsComplement">Whether the set is everything except <paramref name="Ids"/>.</param>
internal readonly record struct IdSet(HashSet<Guid> Ids, bool IsComplement)
{
    /// <summary>All objects that are not in this set.</summary>
    public IdSet Complement => new(Ids, !IsComplement);

    /// <summary>Objects in both sets. May reuse either.</summary>
    public IdSet Intersect(IdSet other)
    {
        switch (IsComplement, other.IsComplement)
        {
            case (false, false):
                Ids.IntersectWith(other.Ids);
                return this;
            case (false, true):
                Ids.ExceptWith(other.Ids);
                return this;
            case (true, false):
                other.Ids.ExceptWith(Ids);
                return other;
            default:
                Ids.UnionWith(other.Ids);
                return this;
        }
    }

    /// <summary>Objects in either set. May reuse either.</summary>
    public IdSet Union(IdSet other) => Complement.Intersect(other.Complement).Complement;
}
