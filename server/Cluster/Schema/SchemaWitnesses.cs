using Basalt.Server.Api;
using Basalt.Server.Cluster.Members;

namespace Basalt.Server.Cluster.Schema;

/// <summary>
/// The other nodes, asked after a change of the schema whether they have applied it. So after a success every node serves the new schema, or is none of the cluster
/// any more and refuses until it has caught up.
/// </summary>
/// <param name="self">The name of this node.</param>
/// <param name="members">The nodes.</param>
/// <param name="ask">Completes when a node says that it has applied all changes up to a revision.</param>
/// <param name="clock">The clock.</param>
internal sealed class SchemaWitnesses(
    string self, MemberDirectory members, Func<Uri, long, CancellationToken, Task> ask, TimeProvider clock)
{
    // Longer than any lease of a node that may be there in name only.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until every other node has applied all changes up to a revision, or is gone.</summary>
    /// <exception cref="RequestException">503: one of them neither confirms it nor goes, or nobody knows who is there.</exception>
    public async Task AwaitAsync(long revision, CancellationToken cancellationToken)
    {
        // Not those that are known here: one that registered just before the change may not be among them yet, and may have read the schema
        // before it. Whoever registers after this read catches up from a later revision.
        IReadOnlyDictionary<string, MemberRecord> present = await ReadAsync(cancellationToken);
        await Task.WhenAll(present.Where(member => member.Key != self).Select(member => AwaitAsync(member.Key, member.Value, revision, cancellationToken)));
    }

    private async Task AwaitAsync(string node, MemberRecord member, long revision, CancellationToken cancellationToken)
    {
        long began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await ask(member.Address, revision, cancellationToken);
                return;
            }
            catch (Exception failure) when (failure is HttpRequestException or RequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (clock.GetElapsedTime(began) > Patience)
                {
                    throw RequestException.Handler(
                        StatusCodes.Status503ServiceUnavailable,
                        $"the schema was changed, but node '{node}' has not confirmed it: {failure.Message}");
                }
            }

            await Task.Delay(Pause, clock, cancellationToken);
            if (!(await ReadAsync(cancellationToken)).TryGetValue(node, out MemberRecord? now) || now.Instance != member.Instance)
            {
                // Gone, or back after it was gone: then it has caught up, or will before it serves.
                return;
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, MemberRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await members.ReadAsync(cancellationToken);
        }
        catch (ClusterException failure)
        {
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable,
                $"the schema was changed, but which nodes have to confirm that cannot be read: {failure.Message}");
        }
    }
}
