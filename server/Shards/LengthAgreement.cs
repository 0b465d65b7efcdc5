using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Shards;

/// <summary>
/// Keeps nodes from taking the first vectors of a class with different lengths. A length that this node does not know yet is fixed in the
/// first shard of the class, wherever that is, before the first object that has it is written anywhere; so that happens once for each
/// vector and node. An object that is refused afterwards for another reason leaves the length fixed.
/// </summary>
/// <param name="peers">The shards of other nodes.</param>
internal sealed class LengthAgreement(IShardPeers peers)
{
    /// <summary>Refuses the objects of a window whose vectors have other lengths than agreed.</summary>
    /// <param name="owner">A class that is on several nodes.</param>
    /// <param name="window">The objects.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CheckAsync(StoredClass owner, WriteWindow window, CancellationToken cancellationToken)
    {
        List<(string Name, int Length)> unknown = FindUnknown(owner.VectorLengths, window);
        if (unknown.Count > 0)
        {
            ShardTarget authority = owner.LengthAuthority;
            IReadOnlyList<int> agreed = authority.Shard.Local is { } local
                ? await local.FixLengthsAsync(unknown, owner, cancellationToken)
                : await peers.FixLengthsAsync(authority, unknown, cancellationToken);
            owner.VectorLengths.TryHold([.. unknown.Select((vector, index) => (vector.Name, agreed[index]))]);
        }

        foreach (ref ObjectWrite write in window.Writes)
        {
            foreach ((string name, int length) in VectorsOf(window, write))
            {
                if (owner.VectorLengths.TryGet(name, out int known) && known != length)
                {
                    write.Outcome = WriteOutcome.Invalid;
                    write.Problem = VectorLengths.Contradiction(owner.Name, write.Id, name, length, known);
                    break;
                }
            }
        }
    }

    private static List<(string Name, int Length)> FindUnknown(VectorLengths lengths, WriteWindow window)
    {
        var unknown = new List<(string Name, int Length)>();
        foreach (ref readonly ObjectWrite write in window.Writes)
        {
            foreach ((string name, int length) in VectorsOf(window, write))
            {
                if (!lengths.TryGet(name, out _) && !unknown.Exists(vector => vector.Name == name))
                {
                    unknown.Add((name, length));
                }
            }
        }

        return unknown;
    }

    private static List<(string Name, int Length)> VectorsOf(WriteWindow window, in ObjectWrite write)
    {
        var vectors = new List<(string Name, int Length)>();
        if (write.RecordLength == 0 || write.Outcome != WriteOutcome.Pending)
        {
            return vectors;
        }

        ObjectRecord record = ObjectRecord.Read(window.Record(write));
        if (!record.Vector.IsEmpty)
        {
            vectors.Add((string.Empty, record.Vector.Length / sizeof(float)));
        }

        foreach (ObjectRecord.NamedVectorEnumerator vector in record.NamedVectors)
        {
            if (!vector.Vector.IsEmpty)
            {
                vectors.Add((vector.Name, vector.Vector.Length / sizeof(float)));
            }
        }

        return vectors;
    }
}
