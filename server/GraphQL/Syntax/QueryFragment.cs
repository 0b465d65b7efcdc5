namespace Basalt.Server.GraphQL.Syntax;

/// <summary>A named fragment.</summary>
internal sealed record QueryFragment(string Name, string Type, IReadOnlyList<QuerySelection> Selections);
