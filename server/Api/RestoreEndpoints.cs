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
        body.RequireOwnLocation();
        try
        {
            BackupJob job = await module.StartRestoreAsync(
                BackupEndpoints.Id(context), ClassSelection.Of(body.Include, body.Exclude), context.RequestAborted);
            await BackupJson.WriteStartedAsync(context, job, module);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, "restore backup");
        }
    }

    private Task GetAsync(HttpContext context)
    {
        BackupModule module = BackupEndpoints.Module(context, modules, "provider");
        string id = BackupEndpoints.Id(context);
        BackupBody.RequireOwnLocation(context.Request.Query);
        (RestoreRecord record, BackupProgress? progress) = module.FindRestore(id)
            ?? throw RequestException.Handler(
                StatusCodes.Status404NotFound, $"coordinator cannot get status: metadata not found: backup \"{id}\" was never restored here");
        return BackupJson.WriteRestoreStatusAsync(context, id, record, progress, module);
    }

    private async Task CancelAsync(HttpContext context)
    {
        BackupModule module = BackupEndpoints.Module(context, modules, "provider");
        string id = BackupEndpoints.Id(context);
        BackupIdRule.Require(id);
        BackupBody.RequireOwnLocation(context.Request.Query);
        switch (await module.CancelRestoreAsync(id, context.RequestAborted))
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
}
