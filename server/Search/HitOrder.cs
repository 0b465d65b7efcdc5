using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>The order of what a search finds: by distance, by values, or by id; of equals, the smaller id first. So no two hits are equal.</summary>
internal sealed class HitOrder : IComparer<SearchHit>
{
    private readonly bool _isNear;
    private readonly SortOrder? _sort;

    private HitOrder(bool isNear, SortOrder? sort)
    {
        _isNear = isNear;
        _sort = sort;
    }

    /// <summary>Whether it is that of the ids alone, so that a search can go on behind any of them.</summary>
    public bool IsById => !_isNear && _sort is null;

    /// <summary>The order of a search.</summary>
    /// <exception cref="Api.RequestException">The class cannot be sorted so.</exception>
    public static HitOrder Create(ClassDefinition definition, bool isNear, IReadOnlyList<SortField> sort) =>
        new(isNear, sort.Count > 0 && SortOrder.Create(definition, sort) is var order && !isNear ? order : null);

    /// <summary>Whether a hit has what it is ordered by, and nothing else.</summary>
    public bool Fits(in SearchHit hit) =>
        hit.Distance.HasValue == _isNear
        && !float.IsNaN(hit.Distance ?? 0)
        && (_sort is null ? hit.SortValues is null : hit.SortValues is { } values && _sort.Fits(values));

    /// <inheritdoc/>
    public int Compare(SearchHit x, SearchHit y)
    {
        if (_sort is not null)
        {
            return _sort.Compare((x.SortValues!, x.Id), (y.SortValues!, y.Id));
        }

        int order = _isNear ? x.Distance!.Value.CompareTo(y.Distance!.Value) : 0;
        return order != 0 ? order : x.Id.CompareTo(y.Id);
    }
}
