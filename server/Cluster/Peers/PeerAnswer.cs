using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// What an answer has around its own fields: the class and tenant that it is about in front of them, and the revision of the schema that the node had applied when
/// it was made behind them.
/// </summary>
internal static class PeerAnswer
{
    /// <summary>Begins an answer.</summary>
    public static void Begin(PeerMessageWriter answer, NodeShards shards)
    {
        answer.Text(shards.Class.Name);
        answer.Flag(shards.Class.Record.Id is not null);
        answer.Id(shards.Class.Record.Id ?? default);
        answer.Text(shards.Tenant);
    }

    /// <summary>Ends an answer.</summary>
    public static void End(PeerMessageWriter answer, long schemaRevision) => answer.Int64(schemaRevision);

    /// <summary>Reads what <see cref="Begin"/> wrote.</summary>
    /// <exception cref="PeerMessageException">The answer is malformed, or about another class or tenant than asked.</exception>
    public static void ReadBegin(PeerMessageReader answer, NodeShards asked)
    {
        string name = answer.RequiredText();
        bool hasId = answer.Flag();
        Guid id = answer.Id();
        string? tenant = answer.Text();
        Guid? classId = hasId ? id : null;
        if (name != asked.Class.Name || classId != asked.Class.Record.Id)
        {
            throw new PeerMessageException($"the answer is about class '{name}' with the id '{classId}', not '{asked.Class.Record.Id}'");
        }

        if (tenant != asked.Tenant)
        {
            throw new PeerMessageException($"the answer is about tenant '{tenant}', not '{asked.Tenant}'");
        }
    }

    /// <summary>Reads what <see cref="End"/> wrote.</summary>
    /// <returns>The revision of the schema.</returns>
    /// <exception cref="PeerMessageException">The answer is malformed.</exception>
    public static long ReadEnd(PeerMessageReader answer)
    {
        long revision = answer.Int64();
        answer.End();
        return revision;
    }
}
