namespace Basalt.Server.Cluster.Backups;

/// <summary>The keys of backups and restores in the store.</summary>
/// <param name="prefix">What they begin with: the cluster's prefix and <c>/backup/</c>.</param>
internal sealed class BackupKeys(string prefix)
{
    /// <summary>What every node watches: little, and changed once per phase.</summary>
    public KeyRange Control { get; } = KeyRange.Prefix($"{prefix}control/");

    /// <summary>Who coordinates; lives with its lease.</summary>
    public string Lock { get; } = $"{prefix}control/lock";

    /// <summary>How far the present operation, or the last one, has come.</summary>
    public string Record { get; } = $"{prefix}control/record";

    /// <summary>The operation that somebody wants canceled.</summary>
    public string Cancel { get; } = $"{prefix}control/cancel";

    /// <summary>What the operation of the record is. Read once by each node.</summary>
    public string Plan { get; } = $"{prefix}plan";

    /// <summary>What the nodes report. Watched by the coordinator alone.</summary>
    public KeyRange Reports { get; } = KeyRange.Prefix($"{prefix}nodes/");

    /// <summary>How the last restore of a backup ended, unless it is the operation of the record.</summary>
    public string Ended(string backend, string id) => $"{prefix}ended/{backend}/{id}";

    /// <summary>What a node reports.</summary>
    public string Report(string node) => Reports.Start + node;

    /// <summary>The node of a key in <see cref="Reports"/>.</summary>
    public string NodeOf(string key) => key[Reports.Start.Length..];
}
