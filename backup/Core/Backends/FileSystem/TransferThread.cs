using Basalt.Engine;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>
/// Runs the writing of one object on a thread of its own. Its calls block (a sync for as long as the disk takes), which the thread pool
/// would feel, and it gives way to threads that serve requests, which a thread of the pool could not do for a while only.
/// </summary>
internal static class TransferThread
{
    public static Task<T> RunAsync<T>(Func<T> transfer)
    {
        TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            BackgroundPriority.Lower();
            try
            {
                completion.SetResult(transfer());
            }
            catch (OperationCanceledException canceled)
            {
                completion.SetCanceled(canceled.CancellationToken);
            }
            catch (Exception failure)
            {
                completion.SetException(failure);
            }
        })
        { IsBackground = true, Name = "basalt-backup" };
        thread.Start();
        return completion.Task;
    }
}
