using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Api;

/// <summary>Restores backups, shows and cancels restores.</summary>
internal sealed class RestoreEndpoints(BackupModules modules)
{
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
        try
        {
            BackupStore store = await module.AtAsync(body.Place, context.RequestAborted);
            BackupJob job = await store.StartRestoreAsync(BackupEndpoints.Id(context), selection, body.OverwriteAliases, context.RequestAborted);
            await BackupJson.WriteStartedAsync(context, job, store, body.Place);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRestore(failure);
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        string id = BackupEndpoints.Id(context);
        BackupStore store = await StoreAsync(context);
        (RestoreRecord record, BackupProgress? progress) = store.FindRestore(id)
            ?? throw RequestException.Handler(
                StatusCodes.Status404NotFound, $"coordinator cannot get status: metadata not found: backup \"{id}\" was never restored here");
        await BackupJson.WriteRestoreStatusAsync(context, id, record, progress, store);
    }

    private async Task CancelAsync(HttpContext context)
    {
        string id = BackupEndpoints.Id(context);
        BackupStore store = await StoreAsync(context, id);
        switch (await store.CancelRestoreAsync(id, context.RequestAborted))
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

    /// <summary>The store that a request without a body means.</summary>
    /// <param name="context">The request.</param>
    /// <param name="idToCheck">An id that has to be one that a backup may have; null for none.</param>
    private async Task<BackupStore> StoreAsync(HttpContext context, string? idToCheck = null)
    {
        BackupModule module = BackupEndpoints.Module(context, modules, "provider");
        if (idToCheck is not null)
        {
            BackupIdRule.Require(idToCheck);
        }

        try
        {
            return await module.AtAsync(BackupBody.PlaceOf(context.Request.Query), context.RequestAborted);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, "open the place of the backup");
        }
    }
}
