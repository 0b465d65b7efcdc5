using System.Text.Json;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Api;

/// <summary>Adds, replaces and deletes references of objects, one at a time or many.</summary>
internal sealed class ReferenceEndpoints(ClassCatalog catalog, ReferenceWriter writer, BatchAdmission admission)
{
    private const string OfProperty = "/v1/objects/{class}/{id}/references/{property}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(OfProperty, AddAsync);
        routes.MapPut(OfProperty, ReplaceAsync);
        routes.MapDelete(OfProperty, DeleteAsync);
        routes.MapPost("/v1/batch/references", ImportAsync);
    }

    private async Task AddAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        (ShardTarget source, PropertyDefinition property) = await FindSourceAsync(context);
        string added = ReadReference(body.RootElement, property, "reference");
        await ChangeAsync(context, source, property, present => present.Append(added));
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        (ShardTarget source, PropertyDefinition property) = await FindSourceAsync(context);
        if (body.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.WrongType(string.Empty, "array", body.RootElement);
        }

        List<string> given = [.. body.RootElement.EnumerateArray().Select((element, index) => ReadReference(element, property, $"{index}"))];
        await ChangeAsync(context, source, property, _ => given);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        (ShardTarget source, PropertyDefinition property) = await FindSourceAsync(context);
        string deleted = ReadReference(body.RootElement, property, "reference");

        // Beacons that came with an object may be in the older form: what they mean counts, not how they are written.
        await ChangeAsync(context, source, property, present => present.Where(beacon => Canonical(beacon, property) != deleted));
        await JsonResponse.EmptyAsync(context, StatusCodes.Status204NoContent);
    }

    private async Task ChangeAsync(
        HttpContext context, ShardTarget source, PropertyDefinition property, Func<IReadOnlyList<string>, IEnumerable<string>> change)
    {
        Guid id = ObjectRequest.Id(context);
        if (!await writer.ChangeAsync(source, id, property.Name, change, context.RequestAborted))
        {
            throw RequestException.NotFound($"no object with id '{id}'");
        }
    }

    private async ValueTask<(ShardTarget Source, PropertyDefinition Property)> FindSourceAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        _ = ObjectRequest.Id(context);
        string name = (string)context.Request.RouteValues["class"]!;
        StoredClass owner = catalog.Find(name) ?? throw RequestException.NotFound($"class '{name}' not found");
        PropertyDefinition property = FindProperty(owner, (string)context.Request.RouteValues["property"]!);
        return (await catalog.ResolveAsync(owner, ObjectRequest.Tenant(context), forWrite: false, context.RequestAborted), property);
    }

    private async Task ImportAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        using BatchTurn turn = admission.ForBatch();
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context, turn);
        await turn.EnterAsync(context.RequestAborted);
        JsonElement root = body.RootElement;
        if (root.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.WrongType(string.Empty, "array", root);
        }

        if (root.GetArrayLength() == 0)
        {
            throw RequestException.Unprocessable("invalid param 'references': cannot be empty, need at least one reference for batching");
        }

        // All of them before the first is written: once some are, the answer has to say which.
        List<JsonFields> items = [.. root.EnumerateArray().Select((item, index) => JsonFields.Of(item, $"{index}"))];
        var problems = new List<string?>(items.Count);
        foreach (JsonFields item in items)
        {
            problems.Add(await ImportAsync(item, context.RequestAborted));
        }

        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => WriteResults(json, root, problems));
    }

    /// <returns>Why the reference was not added, or null.</returns>
    private async Task<string?> ImportAsync(JsonFields item, CancellationToken cancellationToken)
    {
        try
        {
            string? from = item.Text("from");
            string? to = item.Text("to");
            string? tenant = item.Text("tenant") is { Length: > 0 } given ? given : null;
            if (!Beacon.TryParseProperty(from, out Beacon source))
            {
                return $"invalid 'from' \"{from}\": it takes weaviate://localhost/<Class>/<id>/<property>";
            }

            StoredClass? owner = catalog.Find(source.ClassName!);
            if (owner is null)
            {
                return $"class '{source.ClassName}' not present in schema";
            }

            PropertyDefinition property = FindProperty(owner, source.Property!);
            string beacon = Resolve(to, property, "to");
            ShardTarget target = await catalog.ResolveAsync(owner, tenant, forWrite: false, cancellationToken);
            return await writer.ChangeAsync(target, source.Id, property.Name, present => present.Append(beacon), cancellationToken)
                ? null
                : $"class '{owner.Name}': no object with id '{source.Id}'";
        }
        catch (RequestException exception)
        {
            return exception.Message;
        }
    }

    private static void WriteResults(Utf8JsonWriter json, JsonElement items, List<string?> problems)
    {
        json.WriteStartArray();
        foreach ((JsonElement item, string? problem) in items.EnumerateArray().Zip(problems))
        {
            json.WriteStartObject();
            foreach (JsonProperty member in item.EnumerateObject().Where(member => member.Name is "from" or "to" or "tenant"))
            {
                member.WriteTo(json);
            }

            json.WriteStartObject("result");
            if (problem is not null)
            {
                json.WritePropertyName("errors");
                JsonResponse.WriteHandlerError(json, problem);
            }

            json.WriteString("status", problem is null ? "SUCCESS" : "FAILED");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static PropertyDefinition FindProperty(StoredClass owner, string name) =>
        !owner.Definition.Properties.TryGet(NameRules.PropertyName(name), out PropertyDefinition? property)
            ? throw RequestException.Unprocessable($"class '{owner.Name}': no such prop with name '{name}'")
        : property.Type.Kind == DataKind.Reference ? property
        : throw RequestException.Unprocessable($"class '{owner.Name}': property '{name}' is a primitive datatype, not a reference-type");

    private string ReadReference(JsonElement element, PropertyDefinition property, string path) =>
        Resolve(JsonFields.Of(element, path).Text("beacon"), property, "beacon");

    /// <summary>The full beacon of an object that a property may refer to.</summary>
    private string Resolve(string? text, PropertyDefinition property, string name)
    {
        if (!Beacon.TryParseObject(text, out Beacon beacon))
        {
            throw RequestException.Unprocessable($"invalid '{name}' \"{text}\": it takes weaviate://localhost/<Class>/<id>");
        }

        string? className = beacon.ClassName is { } given ? catalog.Find(given)?.Name ?? NameRules.ClassName(given) : null;
        string? target = property.TypeNames.FirstOrDefault(type => className is null || type == className);
        return target is not null
            ? (beacon with { ClassName = target }).ToString()
            : throw RequestException.Unprocessable(
                $"property '{property.Name}' takes references to {string.Join(", ", property.TypeNames)}, not to '{beacon.ClassName}'");
    }

    private string Canonical(string beacon, PropertyDefinition property)
    {
        try
        {
            return Resolve(beacon, property, "beacon");
        }
        catch (RequestException)
        {
            // Stored before its class was restricted: it is none of those that can be named.
            return beacon;
        }
    }
}
