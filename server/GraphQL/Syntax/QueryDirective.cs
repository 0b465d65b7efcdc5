namespace Basalt.Server.GraphQL.Syntax;

/// <summary>A directive, such as <c>@include(if: $x)</c>.</summary>
internal sealed record QueryDirective(string Name, IReadOnlyList<KeyValuePair<string, QueryValue>> Arguments, SourceLocation Location);
