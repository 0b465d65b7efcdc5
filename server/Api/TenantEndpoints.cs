using System.Text.Json;
using Basalt.Server.Schema;

namespace Basalt.Server.Api;

/// <summary>Creates, shows, changes and deletes the tenants of a class.</summary>
internal sealed class TenantEndpoints(ClassCatalog catalog)
{
    private const string All = "/v1/schema/{class}/tenants";
    private const string One = All + "/{tenant}";

    // As in Weaviate: an update of more is most likely a mistake.
    private const int MaxUpdates = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, ListAsync);
        routes.MapPost(All, AddAsync);
        routes.MapPut(All, UpdateAsync);
        routes.MapDelete(All, DeleteAsync);
        routes.MapGet(One, GetAsync);
        routes.MapMethods(One, [HttpMethods.Head], HeadAsync);
    }

    private Task ListAsync(HttpContext context)
    {
        StoredClass target = GetMultiTenant(context);
        return JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach (Tenant tenant in target.Tenants.Values)
            {
                Write(json, tenant.Name, tenant.Status);
            }

            json.WriteEndArray();
        });
    }

    private Task GetAsync(HttpContext context) =>
        Find(context) is { } tenant
            ? JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, tenant.Name, tenant.Status))
            : throw RequestException.Handler(
                StatusCodes.Status404NotFound, $"class {ClassName(context)}: tenant not found: \"{context.Request.RouteValues["tenant"]}\"");

    private Task HeadAsync(HttpContext context) =>
        JsonResponse.EmptyAsync(context, Find(context) is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);

    private async Task AddAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        Dictionary<string, TenantStatus> tenants = ReadTenants(body.RootElement, TenantStatus.Hot);
        StoredClass target = GetMultiTenant(context);
        await catalog.AddTenantsAsync(target.Name, tenants, context.RequestAborted);
        await AnswerAsync(context, tenants);
    }

    private async Task UpdateAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        Dictionary<string, TenantStatus> tenants = ReadTenants(body.RootElement, null);
        StoredClass target = GetMultiTenant(context);
        if (tenants.Count > MaxUpdates)
        {
            throw RequestException.Unprocessable($"class {target.Name}: maximum number of tenants allowed to be updated simultaneously is {MaxUpdates}");
        }

        await catalog.UpdateTenantsAsync(target.Name, tenants, context.RequestAborted);
        await AnswerAsync(context, tenants);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        RequireArray(body.RootElement);
        List<string> names = [];
        foreach (JsonElement name in body.RootElement.EnumerateArray())
        {
            names.Add(name.ValueKind == JsonValueKind.String ? name.GetString()! : throw JsonFields.WrongType($"{names.Count}", "string", name));
        }

        await catalog.DeleteTenantsAsync(GetMultiTenant(context).Name, names, context.RequestAborted);
    }

    private static Task AnswerAsync(HttpContext context, Dictionary<string, TenantStatus> tenants) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray();
            foreach ((string name, TenantStatus status) in tenants)
            {
                Write(json, name, status);
            }

            json.WriteEndArray();
        });

    private static Dictionary<string, TenantStatus> ReadTenants(JsonElement body, TenantStatus? implied)
    {
        RequireArray(body);
        var tenants = new Dictionary<string, TenantStatus>(StringComparer.Ordinal);
        foreach (JsonElement element in body.EnumerateArray())
        {
            JsonFields fields = JsonFields.Of(element, $"{tenants.Count}");
            string name = fields.Text("name") ?? string.Empty;
            TenantRules.CheckName(name);
            if (!tenants.TryAdd(name, ReadStatus(fields.Text("activityStatus"), name, implied)))
            {
                throw RequestException.Unprocessable($"tenant name {name} existed multiple times");
            }
        }

        return tenants.Count > 0 ? tenants : throw RequestException.Unprocessable("the list of tenants is empty");
    }

    private static TenantStatus ReadStatus(string? word, string name, TenantStatus? implied) =>
        string.IsNullOrEmpty(word) && implied is { } status ? status
        : TenantRules.TryParse(word ?? string.Empty, out TenantStatus given) ? given
        : word is "FROZEN" or "OFFLOADED"
            ? throw RequestException.Unprocessable($"tenant '{name}': can't offload tenants, because no offload module is enabled")
        : throw RequestException.Unprocessable($"invalid activity status '{word}' for tenant '{name}': it takes ACTIVE (HOT) or INACTIVE (COLD)");

    private static void RequireArray(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Array)
        {
            throw JsonFields.WrongType(string.Empty, "array", body);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, TenantStatus status)
    {
        json.WriteStartObject();
        json.WriteString("activityStatus", TenantRules.Word(status));
        json.WriteString("name", name);
        json.WriteEndObject();
    }

    private Tenant? Find(HttpContext context) =>
        GetMultiTenant(context).Tenants.GetValueOrDefault((string)context.Request.RouteValues["tenant"]!);

    private StoredClass GetMultiTenant(HttpContext context) =>
        catalog.Find(ClassName(context)) is not { } target
            ? throw RequestException.Handler(StatusCodes.Status404NotFound, $"class '{ClassName(context)}' not found in schema")
            : target.Definition.IsMultiTenant ? target
            : throw RequestException.Unprocessable($"multi-tenancy is not enabled for class \"{target.Name}\"");

    private static string ClassName(HttpContext context) => (string)context.Request.RouteValues["class"]!;
}
