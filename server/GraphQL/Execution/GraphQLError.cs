using System.Text.Json;
using Basalt.Server.GraphQL.Syntax;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>An error in an answer.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Location">Where in the query; null if it is about all of it.</param>
/// <param name="Path">Which field of the answer it is about; empty for errors of the query itself.</param>
internal sealed record GraphQLError(string Message, SourceLocation? Location, IReadOnlyList<string> Path)
{
    /// <summary>Writes errors as the member <c>errors</c> of an answer.</summary>
    public static void WriteAll(Utf8JsonWriter json, IEnumerable<GraphQLError> errors)
    {
        json.WriteStartArray("errors"u8);
        foreach (GraphQLError error in errors)
        {
            error.Write(json);
        }

        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("locations"u8);
        if (Location is { } location)
        {
            json.WriteStartObject();
            json.WriteNumber("column"u8, location.Column);
            json.WriteNumber("line"u8, location.Line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("message"u8, Message);
        if (Path.Count == 0)
        {
            json.WriteNull("path"u8);
        }
        else
        {
            json.WriteStartArray("path"u8);
            foreach (string part in Path)
            {
                json.WriteStringValue(part);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
