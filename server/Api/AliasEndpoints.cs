using System.Text.Json;
using Basalt.Server.Schema;

namespace Basalt.Server.Api;

/// <summary>Creates, shows, moves and deletes other names of classes.</summary>
internal sealed class AliasEndpoints(ClassCatalog catalog)
{
    private const string All = "/v1/aliases";
    private const string One = All + "/{alias}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, ListAsync);
        routes.MapPost(All, AddAsync);
        routes.MapGet(One, GetAsync);
        routes.MapPut(One, MoveAsync);
        routes.MapDelete(One, DeleteAsync);
    }

    private Task ListAsync(HttpContext context)
    {
        string? className = ObjectRequest.Text(context.Request.Query, "class") is { } given ? NameRules.ClassName(given) : null;
        return JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("aliases");
            foreach ((string alias, StoredClass target) in catalog.Aliases)
            {
                if (className is null || className == target.Name)
                {
                    Write(json, alias, target.Name);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task AddAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        JsonFields fields = JsonFields.Of(body.RootElement, string.Empty);
        string alias = fields.Text("alias") ?? string.Empty;
        await catalog.AddAliasAsync(alias, fields.Text("class") ?? string.Empty, context.RequestAborted);
        await AnswerAsync(context, alias);
    }

    private Task GetAsync(HttpContext context) => AnswerAsync(context, Alias(context));

    private async Task MoveAsync(HttpContext context)
    {
        using JsonDocument body = await RequestBody.ReadDocumentAsync(context);
        string className = JsonFields.Of(body.RootElement, string.Empty).Text("class") ?? string.Empty;
        await catalog.MoveAliasAsync(Alias(context), className, context.RequestAborted);
        await AnswerAsync(context, Alias(context));
    }

    private async Task DeleteAsync(HttpContext context)
    {
        await catalog.DeleteAliasAsync(Alias(context), context.RequestAborted);
        await JsonResponse.EmptyAsync(context, StatusCodes.Status204NoContent);
    }

    private Task AnswerAsync(HttpContext context, string given)
    {
        string alias = NameRules.ClassName(given);
        return catalog.Aliases.TryGetValue(alias, out StoredClass? target)
            ? JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, alias, target.Name))
            : throw ClassCatalog.AliasNotFound(alias);
    }

    private static void Write(Utf8JsonWriter json, string alias, string className)
    {
        json.WriteStartObject();
        json.WriteString("alias", alias);
        json.WriteString("class", className);
        json.WriteEndObject();
    }

    private static string Alias(HttpContext context) => (string)context.Request.RouteValues["alias"]!;
}
