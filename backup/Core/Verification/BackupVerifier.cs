using System.Collections.Concurrent;
using System.Collections.Immutable;
using Basalt.Backup.Catalog;
using Basalt.Backup.Extents;
using Basalt.Backup.Naming;
using Basalt.Backup.Transfers;

namespace Basalt.Backup.Verification;

/// <summary>Verifies a complete backup, whatever is wrong with it, to the end.</summary>
internal sealed class BackupVerifier(Repository repository, VerificationOptions options)
{
    private readonly ConcurrentDictionary<string, VerificationProblem> _problems = new(StringComparer.Ordinal);
    private int _objectsRead;
    private long _bytesRead;

    public async Task<VerificationReport> RunAsync(BackupRecord backup, CancellationToken cancellationToken)
    {
        string outcome = backup.OutcomeKey;
        if (BackupReader.RootOf(backup.Outcome!.Nodes) != backup.Outcome.Root)
        {
            Report(outcome, $"Repository object '{outcome}' is damaged: its root is not that of its node documents.");
        }

        BackupObjects contents = await BackupObjects.ReadAsync(repository, backup.Outcome.Nodes, cancellationToken).ConfigureAwait(false);
        foreach (VerificationProblem problem in contents.Problems)
        {
            Report(problem.ObjectKey, problem.Message);
        }

        if (options.Level >= VerificationLevel.Existence)
        {
            await CheckExistenceAsync(backup, contents.Objects, cancellationToken).ConfigureAwait(false);
        }

        if (options.Level >= VerificationLevel.Checksums)
        {
            await CheckContentsAsync([.. contents.Objects.Values.Where(expected => !_problems.ContainsKey(expected.Key))], cancellationToken)
                .ConfigureAwait(false);
        }

        return new VerificationReport
        {
            Id = backup.Id,
            Level = options.Level,
            Problems = [.. _problems.Values.OrderBy(problem => problem.ObjectKey, StringComparer.Ordinal)],
            Objects = contents.Objects.Count,
            ObjectsRead = _objectsRead,
            BytesRead = _bytesRead,
            Root = backup.Outcome.Root,
        };
    }

    private async Task CheckExistenceAsync(
        BackupRecord backup, IReadOnlyDictionary<string, StoredObject> expected, CancellationToken cancellationToken)
    {
        var missing = expected.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (string prefix in (string[])[RepositoryLayout.DataPrefix, RepositoryLayout.Attempt(backup.Id, backup.Attempt)])
        {
            await foreach (BackendEntry entry in repository.Backend.ListAsync(prefix, recursive: true, cancellationToken).ConfigureAwait(false))
            {
                if (missing.Remove(entry.Key) && entry.Length != expected[entry.Key].Frame.StoredLength)
                {
                    Report(
                        entry.Key,
                        $"Repository object '{entry.Key}' is damaged: it has {entry.Length} bytes instead of {expected[entry.Key].Frame.StoredLength}.");
                }
            }
        }

        foreach (string key in missing)
        {
            Report(key, $"Repository object '{key}' is missing.");
        }
    }

    private async Task CheckContentsAsync(ImmutableArray<StoredObject> objects, CancellationToken cancellationToken)
    {
        HashSet<string> whole = [.. Sample(objects).Select(chosen => chosen.Key)];
        var progress = new TransferCount(
            options.Progress,
            objects.Length,
            objects.Sum(item => BytesOf(item, whole.Contains(item.Key))));
        var check = new ObjectCheck(repository);
        await Parallel.ForEachAsync(
            objects,
            new ParallelOptions { MaxDegreeOfParallelism = repository.Options.Parallelism, CancellationToken = cancellationToken },
            async (expected, token) =>
            {
                bool isWhole = whole.Contains(expected.Key);
                try
                {
                    await (isWhole ? check.CheckAllAsync(expected, token) : check.ReadEndsAsync(expected, token)).ConfigureAwait(false);
                }
                catch (BackupException damaged) when (damaged.Error is BackupError.Corrupted or BackupError.UnsupportedFormat)
                {
                    Report(expected.Key, damaged.Message);
                }

                Interlocked.Increment(ref _objectsRead);
                Interlocked.Add(ref _bytesRead, BytesOf(expected, isWhole));
                progress.Add(BytesOf(expected, isWhole));
            }).ConfigureAwait(false);
    }

    /// <summary>The objects to be read whole: all, some that chance picks, or none.</summary>
    private IEnumerable<StoredObject> Sample(ImmutableArray<StoredObject> objects)
    {
        double share = options.Level switch
        {
            VerificationLevel.Full => 1,
            VerificationLevel.Sample => options.SamplePercent / 100,
            _ => 0,
        };
        StoredObject[] shuffled = [.. objects];
        Random.Shared.Shuffle(shuffled);
        return shuffled.Take((int)Math.Ceiling(shuffled.Length * share));
    }

    private static long BytesOf(StoredObject item, bool isWhole) => isWhole ? item.Frame.StoredLength : ExtentFrame.Overhead;

    private void Report(string key, string message) => _problems.TryAdd(key, new VerificationProblem(key, message));
}
