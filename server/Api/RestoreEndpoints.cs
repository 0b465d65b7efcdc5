using System.Collections.Immutable;
using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Operations;

namespace Basalt.Server.Api;

/// <summary>Restores backups, shows and cancels restores.</summary>
internal sealed class RestoreEndpoints(BackupModules modules, ClusterTransfers? cluster)
{
    private const string OpenPlace = "open the place of the backup";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/backups/{backend}/{id}/restore", RestoreAsync);
        routes.MapGet("/v1/backups/{backend}/{id}/restore", GetAsync);
        routes.MapDelete("/v1/backups/{backend}/{id}/restore", CancelAsync);
    }

    private async Task RestoreAsync(HttpContext context)
    {
        BackupBody body = await BackupBody.ReadAsync(context, BackupBody.RestoreOptions);
        BackupModule module = BackupEndpoints.Module(context, modules, "backend");
        var selection = ClassSelection.Of(body.Include, body.Exclude);
        ImmutableDictionary<string, string> renames = ClassRenames.Of(body.Renames);
        try
        {
            BackupStore store = await module.AtAsync(body.Place, context.RequestAborted);
            string id = BackupEndpoints.Id(context);
            IEnumerable<string> classes = cluster is null
                ? (await store.StartRestoreAsync(id, selection, renames, body.CpuPercentage, body.OverwriteAliases, context.RequestAborted)).Collections
                : await cluster.StartRestoreAsync(store, id, body, selection, renames, context.RequestAborted);
            await BackupJson.WriteStartedAsync(context, id, classes, store, body.Place);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRestore(failure);
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        BackupModule module = BackupEndpoints.Module(context, modules, "provider");
        try
        {
            await module.AskAsync(BackupBody.PlaceOf(context.Request.Query), store => WriteStatusAsync(context, module.Name, store), context.RequestAborted);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, OpenPlace);
        }
    }

    private async Task WriteStatusAsync(HttpContext context, string backend, BackupStore store)
    {
        string id = BackupEndpoints.Id(context);
        (RestoreRecord record, BackupProgress? progress) =
            (cluster is null ? await store.FindRestoreAsync(id, context.RequestAborted) : await FindAsync(cluster, backend, id, context.RequestAborted))
            ?? throw RequestException.Handler(
                StatusCodes.Status404NotFound, $"coordinator cannot get status: metadata not found: backup \"{id}\" was never restored here");
        await BackupJson.WriteRestoreStatusAsync(context, id, record, progress, store);
    }

    private static async Task<(RestoreRecord Record, BackupProgress? Progress)?> FindAsync(
        ClusterTransfers cluster, string backend, string id, CancellationToken cancellationToken)
    {
        if (await cluster.FindServedRestoreAsync(backend, id, cancellationToken) is { } status)
        {
            BackupProgress seen = cluster.ProgressOf(status);
            return (new RestoreRecord(seen.State, seen.Error, seen.StartedAt, seen.CompletedAt), seen);
        }

        return await cluster.FindEndedRestoreAsync(backend, id, cancellationToken) is { } ended ? (ended, null) : null;
    }

    private async Task CancelAsync(HttpContext context)
    {
        BackupModule module = BackupEndpoints.Module(context, modules, "provider");
        string id = BackupEndpoints.Id(context);
        BackupIdRule.Require(id);
        switch (await CancelAsync(context, module, id))
        {
            case BackupState.Success:
                throw RequestException.Unprocessable($"restore \"{id}\" already succeeded");
            case BackupState.Finalizing:
                throw RequestException.Unprocessable($"restore \"{id}\" is applying schema changes and cannot be cancelled");
            default:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }

    private async Task<BackupState?> CancelAsync(HttpContext context, BackupModule module, string id)
    {
        if (cluster is not null)
        {
            return await cluster.CancelAsync(OperationKind.Restore, module.Name, id, context.RequestAborted) is { } ended
                ? OperationProgress.StateOf(ended)
                : await cluster.FindAsync(OperationKind.Restore, module.Name, id, context.RequestAborted) is { } last ? OperationProgress.StateOf(last.Record)
                : (await cluster.FindEndedRestoreAsync(module.Name, id, context.RequestAborted))?.State;
        }

        try
        {
            BackupStore store = await module.AtAsync(BackupBody.PlaceOf(context.Request.Query), context.RequestAborted);
            return await store.CancelRestoreAsync(id, context.RequestAborted);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, OpenPlace);
        }
    }
}
