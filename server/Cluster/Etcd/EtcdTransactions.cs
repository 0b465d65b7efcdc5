using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Etcd;

/// <summary>
/// Carries out transactions once, also when an answer is lost. One is repeated only if it compares the modification revision of a key that it
/// puts: then of all its copies, however late they arrive, at most one finds that revision. If the repetition finds the key changed, the first
/// copy did it if the key has a value that only this transaction writes; it did not if the one change since the compared revision has another.
/// In every other case the outcome is said to be unknown.
/// </summary>
internal sealed class EtcdTransactions(EtcdClient client, EtcdClusterStore store)
{
    /// <summary>Carries out a transaction.</summary>
    public async Task<TransactionResult> CommitAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(transaction, cancellationToken);
        }
        catch (ClusterUnavailableException failure) when (failure.IsOutcomeUnknown && Guard(transaction) is { } guard)
        {
            return await DecideAsync(transaction, guard, failure, cancellationToken);
        }
    }

    /// <summary>A key that the transaction puts only at a certain modification revision; null for none.</summary>
    private static GuardedPut? Guard(ClusterTransaction transaction)
    {
        IEnumerable<GuardedPut> guards =
            from compare in transaction.Compares
            where compare.Target == CompareTarget.ModRevision
            join put in transaction.Puts on compare.Key equals put.Key
            orderby put.HasUniqueValue descending, compare.ModRevision descending
            select new GuardedPut(put, compare.ModRevision);
        return guards.FirstOrDefault();
    }

    private async Task<TransactionResult> DecideAsync(
        ClusterTransaction transaction, GuardedPut guard, ClusterUnavailableException failure, CancellationToken cancellationToken)
    {
        ClusterTransaction repetition = transaction with { ElseReads = [.. transaction.ElseReads, KeyRange.Key(guard.Put.Key)] };
        TransactionResult result = await RepeatAsync(repetition, cancellationToken);
        if (result.Succeeded)
        {
            return result;
        }

        ClusterEntry? found = result.Reads[^1].Entries.FirstOrDefault();
        if (found is not null && found.ModRevision > guard.ModRevision)
        {
            // The same value with another lease is of another transaction, whose key may go at any time.
            if (guard.Put.HasUniqueValue && found.LeaseId == guard.Put.LeaseId && found.Value.Span.SequenceEqual(guard.Put.Value.Span))
            {
                return new TransactionResult(true, found.ModRevision, []);
            }

            if (guard.ModRevision > 0 && await IsOnlyChangeAsync(found, guard, cancellationToken))
            {
                return result with { Reads = result.Reads[..^1] };
            }
        }

        throw new ClusterUnavailableException(
            $"The answer to a transaction on '{guard.Put.Key}' was lost, and what the store has does not tell whether it was carried out.", failure)
        {
            IsOutcomeUnknown = true,
        };
    }

    /// <summary>Whether nothing but this entry was written, by another, since the revision that the transaction wanted to follow.</summary>
    private async Task<bool> IsOnlyChangeAsync(ClusterEntry found, GuardedPut guard, CancellationToken cancellationToken)
    {
        if (!guard.Put.HasUniqueValue && found.Value.Span.SequenceEqual(guard.Put.Value.Span))
        {
            return false;
        }

        try
        {
            RangePage before = await store.RangeAsync(KeyRange.Key(found.Key), found.ModRevision - 1, limit: 1, cancellationToken);
            return before.Entries.FirstOrDefault()?.ModRevision == guard.ModRevision;
        }
        catch (ClusterCompactedException)
        {
            return false;
        }
    }

    private async Task<TransactionResult> RepeatAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        long started = client.Clock.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await SendAsync(transaction, cancellationToken);
            }
            catch (ClusterUnavailableException failure)
            {
                if (client.Clock.GetElapsedTime(started) >= client.Patience)
                {
                    // Of this copy it may be known that it was not carried out; of the first it is not.
                    throw failure.IsOutcomeUnknown ? failure : new ClusterUnavailableException(failure.Message, failure) { IsOutcomeUnknown = true };
                }
            }

            await client.PauseAsync(attempt, cancellationToken);
        }
    }

    private async Task<TransactionResult> SendAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        EtcdMessages.TransactionResponse response = await client.CallAsync(
            "kv/txn",
            Request(transaction),
            EtcdJsonContext.Default.TransactionRequest,
            EtcdJsonContext.Default.TransactionResponse,
            isRepeatable: false,
            cancellationToken);
        long revision = response.Header?.Revision ?? throw new ClusterRequestException("etcd answered a transaction without a revision.");
        return new TransactionResult(
            response.Succeeded,
            revision,
            response.Succeeded ? [] : Reads(response, transaction.ElseReads.Length, revision));
    }

    private static ImmutableArray<RangePage> Reads(EtcdMessages.TransactionResponse response, int count, long revision)
    {
        EtcdMessages.ResponseOperation[] responses = response.Responses ?? [];
        return responses.Length == count
            ? [.. responses.Select(read => new RangePage(revision, [.. (read.ResponseRange?.Kvs ?? []).Select(EtcdText.Entry)], HasMore: false))]
            : throw new ClusterRequestException($"etcd answered {responses.Length} reads of {count}.");
    }

    private static EtcdMessages.TransactionRequest Request(ClusterTransaction transaction) => new(
        [.. transaction.Compares.Select(Compare)],
        [
            .. transaction.Deletes.Select(range => new EtcdMessages.RequestOperation
            {
                RequestDeleteRange = new EtcdMessages.DeleteRangeRequest(EtcdText.Bytes(range.Start), EtcdText.Bytes(range.End)),
            }),
            .. transaction.Puts.Select(put => new EtcdMessages.RequestOperation
            {
                RequestPut = new EtcdMessages.PutRequest(EtcdText.Bytes(put.Key), put.Value.ToArray(), put.LeaseId),
            }),
        ],
        [
            .. transaction.ElseReads.Select(range => new EtcdMessages.RequestOperation
            {
                RequestRange = new EtcdMessages.RangeRequest(EtcdText.Bytes(range.Start), EtcdText.Bytes(range.End)),
            }),
        ]);

    private static EtcdMessages.Compare Compare(ClusterCompare compare)
    {
        byte[] key = EtcdText.Bytes(compare.Key);
        return compare.Target switch
        {
            CompareTarget.ModRevision => new EtcdMessages.Compare(key, "MOD", "EQUAL") { ModRevision = compare.ModRevision },
            CompareTarget.Value => new EtcdMessages.Compare(key, "VALUE", "EQUAL") { Value = compare.Value.ToArray() },
            _ => new EtcdMessages.Compare(key, "MOD", "GREATER") { ModRevision = 0 },
        };
    }

    private sealed record GuardedPut(ClusterPut Put, long ModRevision);
}
