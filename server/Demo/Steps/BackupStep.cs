using System.Diagnostics;

namespace Basalt.Server.Demo.Steps;

/// <summary>Makes a backup while the writer writes on.</summary>
internal sealed class BackupStep(string id) : IDemoStep
{
    public string Title => $"Back up '{id}' meanwhile";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        LiveWriter writer = session.Writer;
        int acknowledged = writer.Log.Acknowledged;
        int? startedBeforeCut = null;
        long started = Stopwatch.GetTimestamp();
        await session.Client.StartBackupAsync(id, cancellationToken);
        TransferStatus status = await TransferWait.ForSuccessAsync(
            $"The backup '{id}'",
            token => session.Client.BackupStatusAsync(id, token),
            seen =>
            {
                if (seen.IsPastTheCut)
                {
                    startedBeforeCut ??= writer.Log.Started;
                }

                return writer.ThrowIfFailedAsync();
            },
            progress,
            cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        session.Backups.Add(new BackupRun(id)
        {
            Window = new CutWindow(acknowledged, startedBeforeCut!.Value),
            During = new CutWindow(acknowledged, writer.Log.Started),
            Backup = status,
            BackupTime = elapsed,
        });
        long written = status.BytesTotal - status.BytesReused;
        return $"{Figure.Megabytes(status.BytesTotal)}, of these {Figure.Megabytes(written)} new";
    }
}
