using System.Diagnostics;

namespace Basalt.Server.Demo.Steps;

/// <summary>Restores a backup.</summary>
internal sealed class RestoreStep(string id) : IDemoStep
{
    public string Title => $"Restore '{id}'";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        BackupRun backup = session.Backups.Single(made => made.Id == id);
        long started = Stopwatch.GetTimestamp();
        await session.Client.StartRestoreAsync(id, cancellationToken);
        backup.Restore = await TransferWait.ForSuccessAsync(
            $"The restore of '{id}'",
            token => session.Client.RestoreStatusAsync(id, token),
            _ => Task.CompletedTask,
            progress,
            cancellationToken);
        backup.RestoreTime = Stopwatch.GetElapsedTime(started);
        return $"{Figure.Megabytes(backup.Restore.BytesTotal)}, each verified";
    }
}
