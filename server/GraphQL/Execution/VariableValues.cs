using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Basalt.Server.GraphQL.Syntax;

namespace Basalt.Server.GraphQL.Execution;

/// <summary>Turns the values in a query into JSON, with the variables of the request in their places.</summary>
internal sealed class VariableValues
{
    // A variable can stand in thousands of places, and each gets its value.
    private const long MaxBytes = 32L << 20;

    private static readonly JsonElement Null = JsonElement.Parse("null");

    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);

    private long _bytes;

    /// <summary>Takes the values of an operation's variables.</summary>
    /// <param name="operation">The operation, which declares them.</param>
    /// <param name="given">The request's values: an object, or nothing.</param>
    /// <exception cref="GraphQLException">A required one is missing.</exception>
    public VariableValues(QueryOperation operation, JsonElement? given)
    {
        foreach (QueryVariable variable in operation.Variables)
        {
            bool isGiven = given is { ValueKind: JsonValueKind.Object } values
                && values.TryGetProperty(variable.Name, out JsonElement value)
                && _values.TryAdd(variable.Name, value);
            if (!isGiven)
            {
                _values[variable.Name] = variable.IsRequired ? throw Missing(variable)
                    : variable.Default is { } fallback ? ToJson(fallback)
                    : Null;
            }
            else if (variable.IsRequired && _values[variable.Name].ValueKind == JsonValueKind.Null)
            {
                throw Missing(variable);
            }
        }
    }

    /// <summary>A value as JSON. Names of an enum's values become texts.</summary>
    /// <exception cref="GraphQLException">It uses a variable that the operation does not declare.</exception>
    public JsonElement ToJson(QueryValue value) => Convert(json => Write(json, value));

    /// <summary>Arguments as a JSON object.</summary>
    /// <exception cref="GraphQLException">One uses a variable that the operation does not declare.</exception>
    public JsonElement ToJson(IReadOnlyList<KeyValuePair<string, QueryValue>> arguments) => Convert(json => WriteMembers(json, arguments));

    private JsonElement Convert(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        _bytes += buffer.WrittenCount;
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter json, QueryValue value)
    {
        switch (value)
        {
            case QueryValue.Variable variable:
                Find(variable).WriteTo(json);
                RequireRoom(json, variable);
                break;
            case QueryValue.Sequence sequence:
                json.WriteStartArray();
                foreach (QueryValue item in sequence.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case QueryValue.Map map:
                WriteMembers(json, map.Fields);
                break;
            case QueryValue.Scalar scalar:
                Write(json, scalar);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value), value, "Unknown value.");
        }
    }

    private void WriteMembers(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, QueryValue>> members)
    {
        json.WriteStartObject();
        foreach ((string name, QueryValue value) in members)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, QueryValue.Scalar scalar)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Number:
                json.WriteRawValue(scalar.Text);
                break;
            case ScalarKind.True or ScalarKind.False:
                json.WriteBooleanValue(scalar.Kind == ScalarKind.True);
                break;
            case ScalarKind.Null:
                json.WriteNullValue();
                break;
            default:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }

    private void RequireRoom(Utf8JsonWriter json, QueryValue.Variable variable)
    {
        if (_bytes + json.BytesCommitted + json.BytesPending > MaxBytes)
        {
            throw new GraphQLException(
                string.Create(CultureInfo.InvariantCulture, $"The values of variables take more than {MaxBytes >> 20} MiB in the query."), variable.Location);
        }
    }

    private JsonElement Find(QueryValue.Variable variable) =>
        _values.TryGetValue(variable.Name, out JsonElement value)
            ? value
            : throw new GraphQLException($"Variable \"${variable.Name}\" is not defined.", variable.Location);

    private static GraphQLException Missing(QueryVariable variable) =>
        new($"Variable \"${variable.Name}\" of required type \"{variable.Type}\" was not provided.", variable.Location);
}
