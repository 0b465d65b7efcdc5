namespace Basalt.Server.Search;

/// <summary>An object that a search found.</summary>
/// <param name="Id">The object.</param>
/// <param name="Distance">How far it is from the vector that was searched for, if one was.</param>
/// <param name="SortValues">What it is sorted by, if it is: null for values that it has not.</param>
internal readonly record struct SearchHit(Guid Id, float? Distance = null, IComparable?[]? SortValues = null);
