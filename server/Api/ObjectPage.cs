namespace Basalt.Server.Api;

/// <summary>Which objects of a listing are wanted.</summary>
/// <param name="Offset">Objects to pass over.</param>
/// <param name="Limit">The most objects to show.</param>
/// <param name="After">Begin behind this id; null begins at the first.</param>
internal readonly record struct ObjectPage(long Offset, long Limit, Guid? After);
