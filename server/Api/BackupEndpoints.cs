using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Operations;

namespace Basalt.Server.Api;

/// <summary>Makes, shows, lists and cancels backups.</summary>
internal sealed class BackupEndpoints(BackupModules modules, ClusterTransfers? cluster)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/backups/{backend}", CreateAsync);
        routes.MapGet("/v1/backups/{backend}", ListAsync);
        routes.MapGet("/v1/backups/{backend}/{id}", GetAsync);
        routes.MapDelete("/v1/backups/{backend}/{id}", CancelAsync);
    }

    /// <summary>The module that a request names.</summary>
    /// <exception cref="RequestException">It is not enabled.</exception>
    public static BackupModule Module(HttpContext context, BackupModules modules, string what)
    {
        string name = (string)context.Request.RouteValues["backend"]!;
        return modules.Find(name) ?? throw RequestException.Unprocessable(
            $"no backup {what} \"{name}\": it is not enabled, did you enable the right module? See ENABLE_MODULES.");
    }

    /// <summary>The backup's id in the path.</summary>
    public static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private async Task CreateAsync(HttpContext context)
    {
        BackupBody body = await BackupBody.ReadAsync(context, BackupBody.CreateOptions);
        if (body.BaseId is not null && body.BaseId == body.Id)
        {
            throw RequestException.Handler(
                StatusCodes.Status500InternalServerError, $"base backup cannot be the same as the backup itself: \"{body.Id}\"");
        }

        BackupModule module = Module(context, modules, "backend");
        BackupIdRule.Require(body.Id);
        if (body.BaseId is not null)
        {
            BackupIdRule.Require(body.BaseId, "base backup id: ");
        }

        var selection = ClassSelection.Of(body.Include, body.Exclude);
        try
        {
            BackupStore store = await module.AtAsync(body.Place, context.RequestAborted);
            ImmutableArray<string> classes = store.Choose(selection);
            body.RequireNoAccounts();
            if (cluster is null)
            {
                await store.StartCreateAsync(body.Id, body.BaseId, classes, body.CpuPercentage, context.RequestAborted);
            }
            else
            {
                await store.RequireBaseAsync(body.BaseId, context.RequestAborted);
                await cluster.StartCreateAsync(store, body, classes, context.RequestAborted);
            }

            await BackupJson.WriteStartedAsync(context, body.Id, classes, store, body.Place);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfCreate(failure, body.Id);
        }
    }

    private async Task ListAsync(HttpContext context)
    {
        string order = ObjectRequest.Text(context.Request.Query, "order") ?? "desc";
        if (order is not ("asc" or "desc"))
        {
            throw RequestException.Validation(ValidationCode.Enumeration, "order in query should be one of [asc desc]");
        }

        BackupModule module = Module(context, modules, "provider");
        try
        {
            IReadOnlyList<BackupSummary> backups = await module.Configured.ListAsync(context.RequestAborted);
            await BackupJson.WriteListAsync(context, order == "asc" ? backups : backups.Reverse());
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, "list backups");
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        BackupModule module = Module(context, modules, "provider");
        string id = Id(context);
        try
        {
            await module.AskAsync(BackupBody.PlaceOf(context.Request.Query), store => WriteStatusAsync(context, module.Name, id, store), context.RequestAborted);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, "coordinator cannot get status");
        }
    }

    private async Task WriteStatusAsync(HttpContext context, string backend, string id, BackupStore store)
    {
        if (cluster is not null && await cluster.FindAsync(OperationKind.Create, backend, id, context.RequestAborted) is { } status
            && status.Record.Phase != OperationPhase.Done)
        {
            BackupProgress seen = cluster.ProgressOf(status);
            var running = new BackupSummary
            {
                Id = id,
                Attempt = status.Record.Attempt,
                State = seen.State,
                Collections = status.Plan.Classes,
                Node = status.Record.Coordinator ?? "",
                StartedAt = seen.StartedAt,
                CompletedAt = seen.CompletedAt,
                Error = seen.Error,
            };
            await BackupJson.WriteStatusAsync(context, running, seen, store);
            return;
        }

        (BackupSummary summary, BackupProgress? progress) = await store.FindAsync(id, context.RequestAborted)
            ?? throw RequestException.Handler(
                StatusCodes.Status404NotFound, $"coordinator cannot get status: metadata not found: backup \"{id}\" at {store.Location(id)}");
        await BackupJson.WriteStatusAsync(context, summary, progress, store);
    }

    private async Task CancelAsync(HttpContext context)
    {
        BackupModule module = Module(context, modules, "provider");
        string id = Id(context);
        BackupIdRule.Require(id);
        try
        {
            BackupStore store = await module.AtAsync(BackupBody.PlaceOf(context.Request.Query), context.RequestAborted);
            BackupState? state = cluster is not null && await cluster.CancelAsync(OperationKind.Create, module.Name, id, context.RequestAborted) is { } ended
                ? OperationProgress.StateOf(ended)
                : await store.CancelCreateAsync(id, context.RequestAborted);
            if (state == BackupState.Success)
            {
                throw RequestException.Unprocessable($"backup \"{id}\" already succeeded");
            }

            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, "cancel backup");
        }
    }
}
