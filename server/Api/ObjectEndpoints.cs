using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>Single objects: create, validate, and everything under their own path.</summary>
internal sealed partial class ObjectEndpoints(ClassCatalog catalog, ObjectWriter writer)
{
    private const string ByClass = "/v1/objects/{class}/{id}";

    // The older form. Every class is asked for the id.
    private const string ByIdAlone = "/v1/objects/{id}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/objects", CreateAsync);
        routes.MapPost("/v1/objects/validate", ValidateAsync);
        foreach (string path in (ReadOnlySpan<string>)[ByClass, ByIdAlone])
        {
            routes.MapGet(path, GetAsync);
            routes.MapMethods(path, [HttpMethods.Head], HeadAsync);
            routes.MapPut(path, ReplaceAsync);
            routes.MapPatch(path, MergeAsync);
            routes.MapDelete(path, DeleteAsync);
        }
    }

    private async Task CreateAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        using PooledBuffer body = await RequestBody.ReadAsync(context);
        ObjectDraft draft = ReadDraft(body);
        StoredClass target = await writer.ResolveClassAsync(draft, context.RequestAborted);
        using var window = new WriteWindow();
        await EncodeAsync(target, draft, body, new ObjectWrite { Id = draft.Id, Mode = WriteMode.Insert }, window, context.RequestAborted);
        await CommitAsync(target, window, context.RequestAborted);
        await WriteObjectAsync(context, target, window);
    }

    private async Task ValidateAsync(HttpContext context)
    {
        using PooledBuffer body = await RequestBody.ReadAsync(context);
        ObjectDraft draft = ReadDraft(body);
        StoredClass target = catalog.Find(draft.ClassName ?? string.Empty)
            ?? throw RequestException.Unprocessable($"invalid object: class '{draft.ClassName}' not present in schema");
        using var window = new WriteWindow();
        var write = new ObjectWrite { Id = draft.Id, Mode = WriteMode.Upsert };
        EncodeResult result = new ObjectEncoder().Encode(
            target.Definition, draft, body.Written, write, writer.Now, window, out string? problem);
        if (result != EncodeResult.Encoded)
        {
            throw RequestException.Unprocessable(problem!);
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        bool vectors = ObjectRequest.IncludesVectors(context);
        Guid id = ObjectRequest.Id(context);
        using var record = new PooledBuffer();
        StoredClass owner = FindOwner(context, id, record) ?? throw NotFound(id);
        await JsonResponse.WriteAsync(
            context, StatusCodes.Status200OK, json => ObjectJson.Write(json, owner.Name, id, ObjectRecord.Read(record.Written), vectors));
    }

    private Task HeadAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        Guid id = ObjectRequest.Id(context);
        return JsonResponse.EmptyAsync(
            context, Candidates(context).Any(stored => stored.Shard.Contains(id)) ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound);
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        Guid id = ObjectRequest.Id(context);
        using PooledBuffer body = await RequestBody.ReadAsync(context);
        ObjectDraft draft = ReadDraft(body);
        using var present = new PooledBuffer();
        StoredClass target = FindOwner(context, id, present) ?? throw NotFound(id);
        RequireSame(draft, target, id);
        draft.Id = id;
        using var window = new WriteWindow();
        await EncodeAsync(target, draft, body, new ObjectWrite { Id = id, Mode = WriteMode.Replace }, window, context.RequestAborted);
        await CommitAsync(target, window, context.RequestAborted);
        await WriteObjectAsync(context, target, window);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        Guid id = ObjectRequest.Id(context);
        StoredClass target = Candidates(context).FirstOrDefault(stored => stored.Shard.Contains(id)) ?? throw NotFound(id);
        using var window = new WriteWindow();
        window.Add(new ObjectWrite { Id = id, Mode = WriteMode.Delete });
        await CommitAsync(target, window, context.RequestAborted);
        await JsonResponse.EmptyAsync(context, StatusCodes.Status204NoContent);
    }

    private static ObjectDraft ReadDraft(PooledBuffer body)
    {
        ObjectDraft draft = new ObjectDraftReader().ReadObject(body.Written);
        return draft.Problem is null ? draft : throw RequestException.Validation(ValidationCode.InvalidType, draft.Problem);
    }

    private async Task EncodeAsync(
        StoredClass target, ObjectDraft draft, PooledBuffer body, ObjectWrite write, WriteWindow window, CancellationToken cancellationToken)
    {
        string? problem = await writer.EncodeAsync(target, draft, body.WrittenMemory, write, new ObjectEncoder(), window, cancellationToken);
        if (problem is not null)
        {
            throw RequestException.Unprocessable(problem);
        }
    }

    private static async Task CommitAsync(StoredClass target, WriteWindow window, CancellationToken cancellationToken)
    {
        await target.Shard.CommitAsync(window, target, cancellationToken);
        ObjectWrite write = window.Writes[0];
        switch (write.Outcome)
        {
            case WriteOutcome.AlreadyExists:
                throw RequestException.Unprocessable($"id '{write.Id}' already exists");
            case WriteOutcome.NotFound:
                throw NotFound(write.Id);
            case WriteOutcome.Invalid:
                throw RequestException.Unprocessable(write.Problem!);
            default:
                break;
        }
    }

    private static Task WriteObjectAsync(HttpContext context, StoredClass target, WriteWindow window) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            ref readonly ObjectWrite write = ref window.Writes[0];
            ObjectJson.Write(json, target.Name, write.Id, ObjectRecord.Read(window.Record(write)), includeVectors: true);
        });

    /// <summary>The classes that the path allows: the named one, or all.</summary>
    private IEnumerable<StoredClass> Candidates(HttpContext context) =>
        context.Request.RouteValues["class"] is not string name ? catalog.Classes
        : catalog.Find(name) is { } named ? [named]
        : [];

    private StoredClass? FindOwner(HttpContext context, Guid id, PooledBuffer record) =>
        Candidates(context).FirstOrDefault(stored => stored.Shard.TryRead(id, record));

    private static void RequireSame(in ObjectDraft draft, StoredClass target, Guid id)
    {
        if (draft.ClassName is { Length: > 0 } name && NameRules.ClassName(name) != target.Name)
        {
            throw RequestException.Unprocessable($"invalid object: field 'class' is immutable: attempted change from \"{target.Name}\" to \"{name}\"");
        }

        if (draft.HasId && draft.Id != id)
        {
            throw RequestException.Unprocessable($"invalid object: field 'id' is immutable: attempted change from \"{id}\" to \"{draft.Id}\"");
        }

        if (draft.HasTenant)
        {
            throw ObjectWriter.TenantGiven(target.Name);
        }
    }

    private static RequestException NotFound(Guid id) => RequestException.NotFound($"no object with id '{id}'");
}
