using System.Diagnostics;

namespace Basalt.Server.Demo.Steps;

/// <summary>Waits for a backup or a restore by asking for its status, as clients do.</summary>
internal static class TransferWait
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <returns>The last status: a success.</returns>
    /// <param name="what">What is waited for, for messages.</param>
    /// <param name="askStatus">Asks the server.</param>
    /// <param name="onStatus">Sees each status as soon as it is here.</param>
    /// <param name="progress">Shows it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DemoFailureException">It failed, or does not end.</exception>
    public static async Task<TransferStatus> ForSuccessAsync(
        string what,
        Func<CancellationToken, Task<TransferStatus>> askStatus,
        Func<TransferStatus, Task> onStatus,
        IStepProgress progress,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            TransferStatus status = await askStatus(cancellationToken);
            await onStatus(status);
            if (status.IsFinal)
            {
                return status.IsSuccess ? status : throw new DemoFailureException($"{what} ended as {status.State}: {status.Error}");
            }

            progress.Report(
                (double)status.BytesDone / Math.Max(1, status.BytesTotal),
                $"{status.State.ToLowerInvariant()}, {Figure.Megabytes(status.BytesDone)} of {Figure.Megabytes(status.BytesTotal)}");
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new DemoFailureException($"{what} has not ended after {Patience.TotalSeconds:N0} s; its last status is {status.State}.");
            }

            await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
        }
    }
}
