using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Security;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

/// <summary>Single objects: create, validate, and everything under their own path.</summary>
internal sealed partial class ObjectEndpoints(ClassCatalog catalog, ObjectWriter writer, ShardRouter router, BatchAdmission admission)
{
    private const string ByClass = "/v1/objects/{class}/{id}";

    // The older form. Every class is asked for the id.
    private const string ByIdAlone = "/v1/objects/{id}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/objects", CreateAsync);
        routes.MapPost("/v1/objects/validate", ValidateAsync).WithMetadata(ReadOnlyEndpoint.Mark);
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
        using BatchTurn turn = admission.ForObject();
        using PooledBuffer body = await RequestBody.ReadAsync(context, turn);
        ObjectDraft draft = ReadDraft(body);
        ShardTarget target = await writer.ResolveAsync(draft, context.RequestAborted);
        using var window = new WriteWindow();
        await EncodeAsync(target, draft, body, new ObjectWrite { Id = draft.Id, Mode = WriteMode.Insert }, window, context.RequestAborted);
        await CommitAsync(target, window, context.RequestAborted);
        await WriteObjectAsync(context, target, window);
    }

    private async Task ValidateAsync(HttpContext context)
    {
        using BatchTurn turn = admission.ForObject();
        using PooledBuffer body = await RequestBody.ReadAsync(context, turn);
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
        ShardTarget owner = await FindOwnerAsync(context, null, id, record);
        await JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json => ObjectJson.Write(json, owner.Class.Name, id, ObjectRecord.Read(record.Written), vectors, owner.Tenant));
    }

    private async Task HeadAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        Guid id = ObjectRequest.Id(context);
        ShardTarget? owner = await FindAsync(context, null, id, target => router.ContainsAsync(target, id, context.RequestAborted));
        await JsonResponse.EmptyAsync(context, owner is null ? StatusCodes.Status404NotFound : StatusCodes.Status204NoContent);
    }

    private async Task ReplaceAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        Guid id = ObjectRequest.Id(context);
        using BatchTurn turn = admission.ForObject();
        using PooledBuffer body = await RequestBody.ReadAsync(context, turn);
        ObjectDraft draft = ReadDraft(body);
        using var present = new PooledBuffer();
        ShardTarget target = await FindOwnerAsync(context, draft.Tenant, id, present);
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
        using var present = new PooledBuffer();
        ShardTarget target = await FindOwnerAsync(context, null, id, present);
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
        ShardTarget target, ObjectDraft draft, PooledBuffer body, ObjectWrite write, WriteWindow window, CancellationToken cancellationToken)
    {
        string? problem = await writer.EncodeAsync(target.Class, draft, body.WrittenMemory, write, new ObjectEncoder(), window, cancellationToken);
        if (problem is not null)
        {
            throw RequestException.Unprocessable(problem);
        }
    }

    private async Task CommitAsync(ShardTarget target, WriteWindow window, CancellationToken cancellationToken)
    {
        await router.CommitAsync(target, window, cancellationToken);
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

    private static Task WriteObjectAsync(HttpContext context, ShardTarget target, WriteWindow window) =>
        JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            ref readonly ObjectWrite write = ref window.Writes[0];
            ObjectJson.Write(
                json, target.Class.Name, write.Id, ObjectRecord.Read(window.Record(write)), includeVectors: true, target.Tenant);
        });

    /// <summary>What the request allows: the named class, or all classes.</summary>
    private async ValueTask<IReadOnlyList<ClassScope>> CandidatesAsync(HttpContext context, string? tenantInBody)
    {
        string? tenant = ObjectRequest.Tenant(context) ?? tenantInBody;
        if (context.Request.RouteValues["class"] is string name)
        {
            return catalog.Find(name) is { } named
                ? [await catalog.ResolveAsync(named, tenant, forWrite: false, context.RequestAborted)]
                : [];
        }

        return [.. catalog.FindScopes(tenant)];
    }

    private async ValueTask<ShardTarget> FindOwnerAsync(HttpContext context, string? tenantInBody, Guid id, PooledBuffer record) =>
        await FindAsync(context, tenantInBody, id, target => router.ReadAsync(target, id, record, context.RequestAborted)) ?? throw NotFound(id);

    /// <summary>The first shard among those that the request allows which has the object.</summary>
    private async ValueTask<ShardTarget?> FindAsync(
        HttpContext context, string? tenantInBody, Guid id, Func<ShardTarget, ValueTask<bool>> isThere)
    {
        RequestException? unreachable = null;
        HashSet<string> silent = new(StringComparer.Ordinal);
        foreach (ClassScope candidate in await CandidatesAsync(context, tenantInBody))
        {
            ShardTarget target = candidate.ShardOf(id);
            if (target.Shard.Local is null && silent.Contains(target.Shard.Place.Node!))
            {
                // Asked for another class just now: its connection need not be waited for again.
                continue;
            }

            try
            {
                if (await isThere(target))
                {
                    return target;
                }
            }
            catch (RequestException exception) when (exception.Status == StatusCodes.Status503ServiceUnavailable)
            {
                // It may be in another class. Only if it is not, nobody knows.
                unreachable ??= exception;
                if (target.Shard.Local is null)
                {
                    silent.Add(target.Shard.Place.Node!);
                }
            }
        }

        return unreachable is null ? null : throw unreachable;
    }

    private void RequireSame(in ObjectDraft draft, ShardTarget owner, Guid id)
    {
        StoredClass target = owner.Class;
        if (draft.ClassName is { Length: > 0 } name && catalog.Find(name) != target)
        {
            throw RequestException.Unprocessable($"invalid object: field 'class' is immutable: attempted change from \"{target.Name}\" to \"{name}\"");
        }

        if (draft.HasId && draft.Id != id)
        {
            throw RequestException.Unprocessable($"invalid object: field 'id' is immutable: attempted change from \"{id}\" to \"{draft.Id}\"");
        }

        if (draft.Tenant is { } tenant && tenant != owner.Tenant)
        {
            throw RequestException.Unprocessable(
                $"invalid object: field 'tenant' is immutable: attempted change from \"{owner.Tenant}\" to \"{tenant}\"");
        }
    }

    private static RequestException NotFound(Guid id) => RequestException.NotFound($"no object with id '{id}'");
}
