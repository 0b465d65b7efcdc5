using System.Collections.Immutable;
using Basalt.Engine;

namespace Basalt.Simulation.Tests.Model;

/// <summary>Something that changes a database, in the order of its being tried.</summary>
internal abstract class ModelEvent
{
    /// <summary>Whether the database said that it is done. Otherwise a crash or an error leaves open whether it is.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>The sequence number that the database was at afterwards.</summary>
    public ulong Sequence { get; set; }

    internal sealed class Batch(int id, Durability durability, ImmutableArray<ModelWrite> writes) : ModelEvent
    {
        public int Id => id;

        public Durability Durability => durability;

        public ImmutableArray<ModelWrite> Writes => writes;

        public override string ToString() => $"batch {id} ({durability}{(IsAcknowledged ? "" : ", not acknowledged")})";
    }

    /// <summary>Keyspaces come to be, empty or by a restore, all or none.</summary>
    internal sealed class Creation(ImmutableSortedDictionary<string, KeyspaceContents> keyspaces) : ModelEvent
    {
        public ImmutableSortedDictionary<string, KeyspaceContents> Keyspaces => keyspaces;
    }

    /// <summary>Keyspaces go, all or none.</summary>
    internal sealed class Drop(ImmutableArray<string> names) : ModelEvent
    {
        public ImmutableArray<string> Names => names;
    }
}
