namespace Basalt.Server.Index;

/// <summary>What a filter asks of a property.</summary>
internal enum FilterOperator
{
    Equal,
    NotEqual,
    GreaterThan,
    GreaterThanEqual,
    LessThan,
    LessThanEqual,
    Like,
    IsNull,
    ContainsAny,
    ContainsAll,
    ContainsNone,
    WithinGeoRange,
}
