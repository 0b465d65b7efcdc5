using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Operations;

namespace Basalt.Server.Api;

/// <summary>
/// Verifies and deletes backups, applies a policy to them, and frees space. Weaviate has nothing of the kind, so nothing collides. Each
/// answers at its end; a client that goes away stops it, which is safe at any point.
/// </summary>
internal sealed class MaintenanceEndpoints(BackupModules modules, ClusterTransfers? cluster)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/backups/{backend}/{id}/verify", VerifyAsync);
        routes.MapPost("/v1/backups/{backend}/{id}/delete", DeleteAsync);
        routes.MapPost("/v1/backups/{backend}/prune", PruneAsync);
        routes.MapPost("/v1/backups/{backend}/gc", CollectGarbageAsync);
    }

    private Task VerifyAsync(HttpContext context) => RunAsync(context, "verify backup", async (store, cancellationToken) =>
    {
        string id = BackupEndpoints.Id(context);
        BackupIdRule.Require(id);
        VerificationOptions options = MaintenanceBody.ReadVerification(context.Request.Query);
        VerificationReport report = await store.VerifyAsync(id, options, cancellationToken);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => MaintenanceJson.Write(json, report));
    });

    private Task DeleteAsync(HttpContext context) => RunAsync(context, "delete backup", async (store, cancellationToken) =>
    {
        string id = BackupEndpoints.Id(context);
        BackupIdRule.Require(id);
        if (cluster is not null && await cluster.FindAsync(OperationKind.Restore, store.Name, id, cancellationToken) is { Record.IsFinal: false })
        {
            throw RequestException.Unprocessable($"backup {id} is being restored; delete it when that is done, or cancel the restore");
        }

        await store.DeleteAsync(id, cancellationToken);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => MaintenanceJson.WriteDeleted(json, id));
    });

    private Task PruneAsync(HttpContext context) => RunAsync(context, "prune backups", async (store, cancellationToken) =>
    {
        (RetentionPolicy policy, bool isDryRun) = await MaintenanceBody.ReadPolicyAsync(context);
        IReadOnlyList<RetentionDecision> decisions = await store.PruneAsync(policy, isDryRun, cancellationToken);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => MaintenanceJson.Write(json, decisions, isDryRun));
    });

    private Task CollectGarbageAsync(HttpContext context) => RunAsync(context, "collect garbage", async (store, cancellationToken) =>
    {
        GarbageCollectionOptions options = await MaintenanceBody.ReadCollectionAsync(context);
        GarbageCollectionReport report = await store.CollectGarbageAsync(options, cancellationToken);
        await JsonResponse.WriteAsync(context, StatusCodes.Status200OK, json => MaintenanceJson.Write(json, report));
    });

    private async Task RunAsync(HttpContext context, string step, Func<BackupStore, CancellationToken, Task> operation)
    {
        BackupModule module = BackupEndpoints.Module(context, modules, "backend");
        try
        {
            BackupStore store = await module.AtAsync(BackupBody.PlaceOf(context.Request.Query), context.RequestAborted);
            await operation(store, context.RequestAborted);
        }
        catch (BackupException failure)
        {
            throw BackupFailure.OfRequest(failure, step);
        }
    }
}
