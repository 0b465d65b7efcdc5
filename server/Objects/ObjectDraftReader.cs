using System.Text;
using System.Text.Json;
using Basalt.Server.Api;

namespace Basalt.Server.Objects;

/// <summary>Finds the parts of objects in a request body, without copying them.</summary>
internal sealed class ObjectDraftReader
{
    private string _lastClassName = string.Empty;
    private string _lastTenant = string.Empty;

    /// <summary>Reads the body of a request about one object.</summary>
    /// <exception cref="RequestException">The body is not JSON, or not an object.</exception>
    public ObjectDraft ReadObject(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw RequestException.Validation(ValidationCode.InvalidType, "body in body must be of type object");
            }

            ObjectDraft draft = ReadNext(ref reader);
            RequireEnd(ref reader);
            return draft;
        }
        catch (JsonException exception)
        {
            throw RequestException.MalformedBody(exception.Message);
        }
    }

    /// <summary>Reads the body of a batch: <c>{"objects":[...]}</c>.</summary>
    /// <exception cref="RequestException">The body is not JSON, or not a batch.</exception>
    public List<ObjectDraft> ReadBatch(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw RequestException.Validation(ValidationCode.InvalidType, "body in body must be of type object");
            }

            List<ObjectDraft>? objects = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isObjects = reader.ValueTextEquals("objects"u8);
                reader.Read();
                if (!isObjects || reader.TokenType == JsonTokenType.Null)
                {
                    reader.Skip();
                    continue;
                }

                if (reader.TokenType != JsonTokenType.StartArray || objects is not null)
                {
                    throw RequestException.Validation(ValidationCode.InvalidType, "objects in body must be of type array, and given once");
                }

                objects = ReadObjects(ref reader);
            }

            RequireEnd(ref reader);
            return objects is { Count: > 0 }
                ? objects
                : throw RequestException.Unprocessable("invalid param 'objects': cannot be empty, need at least one object for batching");
        }
        catch (JsonException exception)
        {
            throw RequestException.MalformedBody(exception.Message);
        }
    }

    private List<ObjectDraft> ReadObjects(ref Utf8JsonReader reader)
    {
        var objects = new List<ObjectDraft>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw RequestException.Validation(ValidationCode.InvalidType, $"objects.{objects.Count} in body must be of type object");
            }

            objects.Add(ReadNext(ref reader));
        }

        return objects;
    }

    /// <summary>Reads the object whose first token is current.</summary>
    private ObjectDraft ReadNext(ref Utf8JsonReader reader)
    {
        var draft = new ObjectDraft();
        Members seen = Members.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Members member = ReadMember(ref reader, ref draft);
            if ((seen & member) != 0)
            {
                draft.Problem ??= $"{member.ToString().ToLowerInvariant()} in body is given more than once";
            }

            seen |= member;
        }

        if (!draft.HasId)
        {
            draft.Id = Guid.NewGuid();
        }

        return draft;
    }

    private Members ReadMember(ref Utf8JsonReader reader, ref ObjectDraft draft)
    {
        Members member = MemberOf(ref reader);
        reader.Read();
        switch (member)
        {
            case Members.Properties:
                draft.Properties = ReadRange(ref reader);
                break;
            case Members.Id:
                ReadId(ref reader, ref draft);
                break;
            case Members.Class:
                ReadClassName(ref reader, ref draft);
                break;
            case Members.Vector:
                draft.Vector = ReadRange(ref reader);
                break;
            case Members.Vectors:
                draft.Vectors = ReadRange(ref reader);
                break;
            case Members.Tenant:
                ReadTenant(ref reader, ref draft);
                break;
            default:
                reader.Skip();
                break;
        }

        return member;
    }

    private static Members MemberOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("properties"u8) ? Members.Properties
        : reader.ValueTextEquals("id"u8) ? Members.Id
        : reader.ValueTextEquals("class"u8) ? Members.Class
        : reader.ValueTextEquals("vector"u8) ? Members.Vector
        : reader.ValueTextEquals("vectors"u8) ? Members.Vectors
        : reader.ValueTextEquals("tenant"u8) ? Members.Tenant
        : Members.None;

    // A null counts as missing.
    private static Range ReadRange(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private static void ReadId(ref Utf8JsonReader reader, ref ObjectDraft draft)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty)
        {
            return;
        }

        if (reader.TokenType == JsonTokenType.String && ObjectIds.TryParse(reader.ValueSpan, out draft.Id))
        {
            draft.HasId = true;
            return;
        }

        draft.Problem ??= reader.TokenType == JsonTokenType.String
            ? $"id in body must be of type uuid: \"{Encoding.UTF8.GetString(reader.ValueSpan)}\""
            : "id in body must be of type uuid";
        reader.Skip();
    }

    // Batches name the same class over and over: one string serves them all.
    private void ReadClassName(ref Utf8JsonReader reader, ref ObjectDraft draft)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!reader.ValueTextEquals(_lastClassName))
            {
                _lastClassName = reader.GetString()!;
            }

            draft.ClassName = _lastClassName;
            return;
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            draft.Problem ??= "class in body must be of type string";
        }

        reader.Skip();
    }

    // Batches name the same tenant over and over, as they do the class.
    private void ReadTenant(ref Utf8JsonReader reader, ref ObjectDraft draft)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!reader.ValueTextEquals(_lastTenant))
            {
                _lastTenant = reader.GetString()!;
            }

            draft.Tenant = _lastTenant.Length > 0 ? _lastTenant : null;
            return;
        }

        if (reader.TokenType != JsonTokenType.Null)
        {
            draft.Problem ??= "tenant in body must be of type string";
        }

        reader.Skip();
    }

    // Reads on, so that text after the document is noticed.
    private static void RequireEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }

    /// <summary>The members of an object that mean something.</summary>
    [Flags]
    private enum Members
    {
        None = 0,
        Properties = 1,
        Id = 2,
        Class = 4,
        Vector = 8,
        Vectors = 16,
        Tenant = 32,
    }
}
