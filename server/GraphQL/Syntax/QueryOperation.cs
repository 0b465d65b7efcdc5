namespace Basalt.Server.GraphQL.Syntax;

/// <summary>A query of a document; only one of them is executed.</summary>
internal sealed record QueryOperation(
    string? Name, IReadOnlyList<QueryVariable> Variables, IReadOnlyList<QuerySelection> Selections, SourceLocation Location);
