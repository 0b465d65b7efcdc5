namespace Basalt.Server.GraphQL.Syntax;

/// <summary>A place in the text of a query; both count from 1.</summary>
internal readonly record struct SourceLocation(int Line, int Column);
