using System.Collections.Immutable;
using System.IO.Hashing;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Cluster.Schema;

/// <summary>Bundles of classes in the store: writes their parts, reads them, and gives their entries keys of their own.</summary>
/// <param name="store">The store.</param>
/// <param name="keys">Under which keys.</param>
internal sealed class BundleStore(IClusterStore store, ClusterKeys keys)
{
    /// <summary>Bytes of the names, keys and values of all entries of a bundle: every node has them all in memory when it applies it.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>Says that a restore brings more than fits.</summary>
    public static string TooMany(long bytes) =>
        $"the definitions of all classes and tenants together take {bytes} bytes, and a restore of a cluster brings at most {MaxBytes} at once; restore fewer classes at a time";

    /// <summary>Writes the parts of a bundle, which is not visible before the bundle itself is put.</summary>
    /// <param name="operation">The restore.</param>
    /// <param name="entries">All entries of its classes.</param>
    /// <param name="fence">What has to hold of every write: that nobody else coordinates the restore by now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The bundle to put, and what has to hold then: a deletion that was given up, and comes late all the same, must not have taken its parts away.</returns>
    /// <exception cref="RequestException">The store could not take the entries, or not give each a key of its own. Then nothing of it is visible.</exception>
    /// <exception cref="ClusterLeaseLostException">The fence does not hold.</exception>
    /// <exception cref="ClusterException">The store fails.</exception>
    public async Task<(SchemaBundle Bundle, ImmutableArray<ClusterCompare> Compares)> WriteAsync(
        Guid operation, IReadOnlyCollection<SchemaEntry> entries, ImmutableArray<ClusterCompare> fence, CancellationToken cancellationToken)
    {
        RequireRoom(entries);

        // There is one coordinator at a time: whatever is there is of one that did not come to its end.
        await WriteAsync(
            new ClusterTransaction { Compares = [.. fence, ClusterCompare.Absent(keys.SchemaBundle)], Deletes = [keys.Incoming] }, cancellationToken);
        var checksum = new XxHash128();
        int count = 0;
        ImmutableArray<ClusterCompare> compares = [];
        foreach (byte[] part in SchemaPart.Encode(entries))
        {
            // Only where there is none, so that a write of an earlier try that comes late replaces nothing.
            string key = keys.IncomingPart(operation, count);
            long revision = await WriteAsync(
                new ClusterTransaction { Compares = [.. fence, ClusterCompare.Absent(key)], Puts = [new ClusterPut(key, part)] }, cancellationToken);
            compares = count == 0 ? [ClusterCompare.ModRevisionIs(key, revision)] : compares;
            checksum.Append(part);
            count++;
        }

        return (new SchemaBundle(operation, count, SchemaBundle.ChecksumOf(checksum)), compares);
    }

    /// <summary>Reads the entries of a bundle.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="revision">A revision at which it was there. Its parts were there, too, whatever became of them since.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClusterCompactedException">The store no longer has that revision: read the schema anew.</exception>
    /// <exception cref="ClusterException">They cannot be read.</exception>
    public async Task<ImmutableArray<SchemaEntry>> ReadAsync(ClusterEntry bundle, long revision, CancellationToken cancellationToken)
    {
        var packed = SchemaBundle.Decode(bundle.Value);
        List<ReadOnlyMemory<byte>> parts = [];
        var checksum = new XxHash128();
        for (int number = 0; number < packed.Parts; number++)
        {
            string key = keys.IncomingPart(packed.Operation, number);
            RangePage page = await store.RangeAsync(KeyRange.Key(key), revision, limit: 1, cancellationToken);
            ClusterEntry part = page.Entries.FirstOrDefault()
                ?? throw new ClusterException($"The cluster's store lacks '{key}', a part of the classes that a restore has brought.");
            checksum.Append(part.Value.Span);
            parts.Add(part.Value);
        }

        return SchemaBundle.ChecksumOf(checksum) == packed.Checksum
            ? [.. parts.SelectMany(part => SchemaPart.Decode(part))]
            : throw new ClusterException("The parts of the classes that a restore has brought into the cluster's store do not have the checksum of their bundle.");
    }

    /// <summary>Gives the entries of the bundle keys of their own, if there is one, and deletes it with its parts. Several nodes may do it at once.</summary>
    /// <exception cref="ClusterException">The store fails.</exception>
    public async Task UnpackAsync(CancellationToken cancellationToken)
    {
        RangePage page = await store.RangeAsync(KeyRange.Key(keys.SchemaBundle), revision: 0, limit: 1, cancellationToken);
        if (page.Entries is not [var bundle])
        {
            return;
        }

        ImmutableArray<SchemaEntry> entries;
        try
        {
            entries = await ReadAsync(bundle, page.Revision, cancellationToken);
        }
        catch (ClusterCompactedException)
        {
            await UnpackAsync(cancellationToken);
            return;
        }

        foreach (SchemaEntry[] step in EntrySteps.Of(entries, ClusterTransaction.MaxOperations, ClusterTransaction.MaxBytes / 2, SizeOf))
        {
            if (!(await store.CommitAsync(Copy(step, bundle.ModRevision), cancellationToken)).Succeeded)
            {
                return;
            }
        }

        await store.CommitAsync(
            new ClusterTransaction
            {
                Compares = [IsThere(bundle.ModRevision)],
                Deletes = [KeyRange.Key(keys.SchemaBundle), keys.IncomingOf(SchemaBundle.Decode(bundle.Value).Operation)],
            },
            cancellationToken);
    }

    /// <summary>An entry that was published and cannot have a key of its own would keep the bundle there for ever, and with it the schema as it is.</summary>
    private void RequireRoom(IReadOnlyCollection<SchemaEntry> entries)
    {
        long bytes = entries.Sum(SizeOf);
        if (bytes > MaxBytes)
        {
            throw RequestException.Unprocessable(TooMany(bytes));
        }

        foreach (SchemaEntry entry in entries)
        {
            try
            {
                Copy([entry], bundleRevision: 1).Validate();
            }
            catch (ArgumentException refused)
            {
                throw RequestException.Unprocessable(
                    $"could not restore class {entry.ClassName}: the cluster's store does not take its entry '{entry.Key}': {refused.Message} Exclude the class.");
            }
        }
    }

    private static long SizeOf(SchemaEntry entry) => entry.ClassName.Length + entry.Key.Length + entry.Value!.Value.Length;

    private ClusterTransaction Copy(SchemaEntry[] step, long bundleRevision) => new()
    {
        Compares = [IsThere(bundleRevision)],
        Puts = [.. step.Select(entry => new ClusterPut(keys.ClassEntry(entry.ClassName, entry.Key), entry.Value!.Value))],
    };

    private ClusterCompare IsThere(long bundleRevision) => ClusterCompare.ModRevisionIs(keys.SchemaBundle, bundleRevision);

    private async Task<long> WriteAsync(ClusterTransaction transaction, CancellationToken cancellationToken)
    {
        TransactionResult result = await store.CommitAsync(transaction, cancellationToken);
        return result.Succeeded
            ? result.Revision
            : throw new ClusterLeaseLostException("Another node coordinates the restore by now, or a write of an earlier try came late.");
    }
}
