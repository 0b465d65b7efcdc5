namespace Basalt.Server.GraphQL.Syntax;

/// <summary>The text of a request, parsed.</summary>
internal sealed record QueryDocument(IReadOnlyList<QueryOperation> Operations, IReadOnlyDictionary<string, QueryFragment> Fragments)
{
    /// <summary>The operation to execute.</summary>
    /// <param name="name">Its name; null or empty takes the only one.</param>
    /// <exception cref="GraphQLException">There is none, or none of that name.</exception>
    public QueryOperation Operation(string? name)
    {
        if (name is { Length: > 0 })
        {
            return Operations.FirstOrDefault(operation => operation.Name == name)
                ?? throw new GraphQLException($"Unknown operation named \"{name}\".");
        }

        return Operations switch
        {
            [var only] => only,
            [] => throw new GraphQLException("Must provide an operation."),
            _ => throw new GraphQLException("Must provide operation name if query contains multiple operations."),
        };
    }
}
