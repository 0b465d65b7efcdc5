namespace Basalt.Server.Demo;

/// <summary>What became of one backup, from its making to its check; steps fill it in one after the other.</summary>
internal sealed class BackupRun(string id)
{
    /// <summary>Identity of the backup.</summary>
    public string Id { get; } = id;

    /// <summary>Where the cut must lie.</summary>
    public CutWindow Window { get; set; }

    /// <summary>The writes that were under way while it was made.</summary>
    public CutWindow During { get; set; }

    /// <summary>The status at the end.</summary>
    public TransferStatus? Backup { get; set; }

    /// <summary>From the request to the first answer that says it is complete.</summary>
    public TimeSpan BackupTime { get; set; }

    /// <summary>The status of the restore at the end.</summary>
    public TransferStatus? Restore { get; set; }

    /// <summary>From the request to restore to the first answer that says it is complete.</summary>
    public TimeSpan RestoreTime { get; set; }

    /// <summary>What the comparison of the restored objects said.</summary>
    public CutVerdict? Verdict { get; set; }
}
