using System.Runtime.ExceptionServices;

namespace Basalt.Server.Shards;

/// <summary>Asks all nodes of a request at the same time, and ends all that it has begun before the request goes on.</summary>
internal static class ScatterGather
{
    /// <summary>
    /// Runs calls at the same time. When one fails, the others are cancelled and awaited, so that none works on, or holds what it has found, for a request that is
    /// over.
    /// </summary>
    /// <param name="calls">The calls. Each gets a token that ends when any of them fails.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="discard">Releases the result of a call that succeeded when another has failed; null if there is nothing to release.</param>
    /// <returns>The results in the order of the calls.</returns>
    public static Task<T[]> RunAsync<T>(
        IReadOnlyList<Func<CancellationToken, Task<T>>> calls, CancellationToken cancellationToken, Action<T>? discard = null) =>
        calls is [var only] ? RunOneAsync(only, cancellationToken) : RunManyAsync(calls, discard, cancellationToken);

    private static async Task<T[]> RunOneAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        [await call(cancellationToken)];

    private static async Task<T[]> RunManyAsync<T>(
        IReadOnlyList<Func<CancellationToken, Task<T>>> calls, Action<T>? discard, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        Task<T>[] running = [.. calls.Select(CallAsync)];
        try
        {
            return await Task.WhenAll(running);
        }
        catch
        {
            foreach (Task<T> call in running.Where(call => discard is not null && call.IsCompletedSuccessfully))
            {
                discard!(await call);
            }

            // What failed first is the reason; the others may have failed because they were cancelled.
            first!.Throw();
            throw;
        }

        async Task<T> CallAsync(Func<CancellationToken, Task<T>> call)
        {
            try
            {
                return await call(stop.Token);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(exception), null);
                await stop.CancelAsync();
                throw;
            }
        }
    }
}
