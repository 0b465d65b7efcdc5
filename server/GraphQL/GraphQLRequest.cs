using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.GraphQL;

/// <summary>One query of a request.</summary>
/// <param name="Query">Its text.</param>
/// <param name="OperationName">Which operation of it is meant; null for the only one.</param>
/// <param name="Variables">The values of its variables; null if there are none.</param>
internal sealed record GraphQLRequest(string Query, string? OperationName, JsonElement? Variables)
{
    /// <summary>Reads a query.</summary>
    /// <exception cref="RequestException">A member is missing or of the wrong type.</exception>
    public static GraphQLRequest Read(JsonFields fields) => new(
        fields.Text("query") is { Length: > 0 } query ? query : throw RequestException.Unprocessable("query cannot be empty"),
        fields.Text("operationName"),
        fields.Object("variables"));
}
