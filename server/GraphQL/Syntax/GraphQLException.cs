namespace Basalt.Server.GraphQL.Syntax;

/// <summary>An error in a query, with the place in its text that it is about.</summary>
internal sealed class GraphQLException : Exception
{
    public GraphQLException()
        : this("The query failed.")
    {
    }

    public GraphQLException(string message)
        : base(message)
    {
    }

    public GraphQLException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public GraphQLException(string message, SourceLocation location)
        : base(message) => Location = location;

    /// <summary>Where in the query; null if it is about all of it.</summary>
    public SourceLocation? Location { get; }

    /// <summary>The text does not follow the grammar.</summary>
    public static GraphQLException Syntax(SourceLocation location, string problem) =>
        new($"Syntax Error GraphQL request ({location.Line}:{location.Column}) {problem}", location);
}
