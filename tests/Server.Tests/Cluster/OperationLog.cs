using System.Collections.Concurrent;

namespace Basalt.Server.Tests.Cluster;

/// <summary>
/// Operations on one key with the order of their beginnings and ends. As the store gives every write a revision, a history is linearizable if
/// revisions name values consistently and an operation that ended before another began saw no later revision than that one.
/// </summary>
internal sealed class OperationLog
{
    private readonly ConcurrentBag<Operation> _operations = [];
    private int _tick;

    /// <summary>Notes a write.</summary>
    public Task NoteAsync(string value, Func<Task<long>> write) => NoteAsync(async () => (value, await write()), isWrite: true);

    /// <summary>Notes a read.</summary>
    public Task NoteAsync(Func<Task<(string Value, long Revision)>> read) => NoteAsync(read, isWrite: false);

    public void AssertLinearizable()
    {
        Operation[] all = [.. _operations.OrderBy(operation => operation.Ended)];
        var values = all.Where(operation => operation.IsWrite).ToDictionary(operation => operation.Revision, operation => operation.Value);
        Assert.All(all, operation => Assert.Equal(values.GetValueOrDefault(operation.Revision, "0"), operation.Value));
        foreach (Operation later in all)
        {
            foreach (Operation earlier in all.TakeWhile(operation => operation.Ended < later.Began))
            {
                Assert.True(
                    later.IsWrite ? earlier.Revision < later.Revision : earlier.Revision <= later.Revision,
                    $"{earlier} ended before {later} began.");
            }
        }
    }

    private async Task NoteAsync(Func<Task<(string Value, long Revision)>> operation, bool isWrite)
    {
        int began = Interlocked.Increment(ref _tick);
        (string value, long revision) = await operation();
        _operations.Add(new Operation(began, Interlocked.Increment(ref _tick), isWrite, value, revision));
    }

    private sealed record Operation(int Began, int Ended, bool IsWrite, string Value, long Revision);
}
