namespace Basalt.Server.GraphQL.Execution;

/// <summary>Something about an object that is not a property.</summary>
/// <param name="Key">Its name in the answer.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Vectors">Of <see cref="AdditionalKind.Vectors"/>: the names in the answer, and those of the vectors.</param>
internal sealed record AdditionalField(string Key, AdditionalKind Kind, IReadOnlyList<KeyValuePair<string, string>> Vectors);
