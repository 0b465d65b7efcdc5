using System.Diagnostics;
using Basalt.Server.Demo.Steps;

namespace Basalt.Server.Demo.Cluster;

/// <summary>Makes a backup of a cluster, kills a node in the midst of it, and starts it again.</summary>
internal sealed class KillingBackupStep(string id, DemoCluster cluster, string victim) : IDemoStep
{
    private static readonly TimeSpan IntoTheTransfer = TimeSpan.FromMilliseconds(300);

    public string Title => $"Back up, kill {victim} in it";

    public async Task<string> RunAsync(DemoSession session, IStepProgress progress, CancellationToken cancellationToken)
    {
        LiveWriter writer = session.Writer;
        int acknowledged = writer.Log.Acknowledged;
        int? startedBeforeCut = null;
        string? killedAt = null;
        Task<Uri> restart = Task.FromResult<Uri>(null!);
        long started = Stopwatch.GetTimestamp();
        await session.Client.StartBackupAsync(id, cancellationToken);
        TransferStatus status = await TransferWait.ForSuccessAsync(
            $"The backup '{id}'",
            token => session.Client.BackupStatusAsync(id, token),
            async seen =>
            {
                if (seen.IsPastTheCut)
                {
                    startedBeforeCut ??= writer.Log.Started;
                    if (killedAt is null && !seen.IsFinal)
                    {
                        await Task.Delay(IntoTheTransfer, TimeProvider.System, cancellationToken);
                        killedAt = Figure.Seconds(Stopwatch.GetElapsedTime(started));
                        await cluster.KillAsync(victim);
                        restart = cluster.StartNodeAsync(victim, cancellationToken);
                    }
                }

                await writer.ThrowIfFailedAsync();
            },
            progress,
            cancellationToken);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        await restart;
        if (killedAt is null)
        {
            throw new DemoFailureException("The backup was complete before a node could be killed in it.");
        }

        session.Backups.Add(new BackupRun(id)
        {
            Window = new CutWindow(acknowledged, startedBeforeCut!.Value),
            During = new CutWindow(acknowledged, writer.Log.Started),
            Backup = status,
            BackupTime = elapsed,
        });
        return $"{Figure.Megabytes(status.BytesTotal)}; kill -9 after {killedAt}, resumed when it was back";
    }
}
