using System.Text.Json;
using Basalt.Server.GraphQL.Syntax;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>A field to answer, with fragments and variables resolved.</summary>
/// <param name="Key">Its name in the answer.</param>
/// <param name="Name">What is asked for.</param>
/// <param name="Arguments">Its arguments: an object.</param>
/// <param name="Selections">What is selected inside, not resolved yet.</param>
/// <param name="Location">Where the query asks for it first.</param>
internal sealed record SelectedField(
    string Key, string Name, JsonElement Arguments, IReadOnlyList<QuerySelection> Selections, SourceLocation Location)
{
    /// <summary>The error that a type has no such field.</summary>
    public GraphQLException Unknown(string type) => new($"Cannot query field \"{Name}\" on type \"{type}\".", Location);

    /// <summary>Checks that nothing is selected inside.</summary>
    /// <exception cref="GraphQLException">Something is.</exception>
    public void RequireLeaf(string type)
    {
        if (Selections.Count > 0)
        {
            throw new GraphQLException($"Field \"{Name}\" of type \"{type}\" must not have a sub selection.", Location);
        }
    }

    /// <summary>Checks that something is selected inside.</summary>
    /// <exception cref="GraphQLException">Nothing is.</exception>
    public void RequireSelections(string type)
    {
        if (Selections.Count == 0)
        {
            throw new GraphQLException($"Field \"{Name}\" of type \"{type}\" must have a sub selection.", Location);
        }
    }
}
