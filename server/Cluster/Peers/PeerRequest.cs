using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Peers;

/// <summary>What every request to another node begins with: which shards are meant, of which node, and by which schema.</summary>
/// <param name="Node">The node that is meant: addresses are given to other machines in time.</param>
/// <param name="SchemaRevision">The revision of the schema that the sender has applied; the receiver has to have it, too.</param>
/// <param name="ClassName">The class.</param>
/// <param name="ClassId">What tells it from another class of its name before or after it; null if nothing does.</param>
/// <param name="Tenant">The tenant; null in a class without tenants.</param>
/// <param name="Shards">The names of the shards.</param>
internal sealed record PeerRequest(string Node, long SchemaRevision, string ClassName, Guid? ClassId, string? Tenant, IReadOnlyList<string> Shards)
{
    /// <summary>Begins a message.</summary>
    public static PeerMessageWriter Begin(NodeShards shards, long schemaRevision)
    {
        var message = new PeerMessageWriter();
        message.Text(shards.Node);
        message.Int64(schemaRevision);
        message.Text(shards.Class.Name);
        message.Flag(shards.Class.Record.Id is not null);
        message.Id(shards.Class.Record.Id ?? default);
        message.Text(shards.Tenant);
        message.Int32(shards.Shards.Count);
        foreach (ClassShard shard in shards.Shards)
        {
            message.Text(shard.Name);
        }

        return message;
    }

    /// <summary>Reads the beginning of a message.</summary>
    /// <exception cref="PeerMessageException">It is malformed.</exception>
    public static PeerRequest Read(PeerMessageReader message)
    {
        string node = message.RequiredText();
        long revision = message.Int64();
        string className = message.RequiredText();
        bool hasId = message.Flag();
        Guid id = message.Id();
        string? tenant = message.Text();
        string[] shards = new string[message.Count(sizeof(int))];
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i] = message.RequiredText();
        }

        return shards.Length > 0
            ? new PeerRequest(node, revision, className, hasId ? id : null, tenant, shards)
            : throw new PeerMessageException("the message names no shard");
    }
}
