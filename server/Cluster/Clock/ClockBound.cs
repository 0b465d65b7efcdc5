using System.Buffers.Binary;
using Basalt.Engine;
using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Clock;

/// <summary>
/// Remembers in the database an instant that the clock of this node has not passed yet. A node that starts again begins there: its clock must not go back behind one
/// that it has shown, or a cut could hold a write of before the start without what that followed from.
/// </summary>
internal sealed class ClockBound(Database database)
{
    private static ReadOnlySpan<byte> Key => "clock"u8;

    /// <summary>The bound; zero if there never was one.</summary>
    public HybridTime Read() =>
        database.FindKeyspace(KeyspaceNames.Cluster) is { } state && database.Get(state, Key) is { } value
            ? new HybridTime(BinaryPrimitives.ReadUInt64LittleEndian(value))
            : default;

    /// <summary>
    /// Stores a bound, durably. On a full disk it does not: requests that free space have to get through, and what is lost by it shows only if the machine's clock
    /// is set back before the next start.
    /// </summary>
    public void Write(HybridTime bound)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, bound.Value);
        try
        {
            database.Put(database.GetOrCreateKeyspace(KeyspaceNames.Cluster), Key, value, Durability.Sync);
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            // Told by the database itself.
        }
    }
}
