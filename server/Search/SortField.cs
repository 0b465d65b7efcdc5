namespace Basalt.Server.Search;

/// <summary>Something to sort by.</summary>
/// <param name="Property">A property, <c>_id</c>, <c>_creationTimeUnix</c> or <c>_lastUpdateTimeUnix</c>.</param>
/// <param name="Descending">Whether the largest comes first.</param>
internal sealed record SortField(string Property, bool Descending = false);
