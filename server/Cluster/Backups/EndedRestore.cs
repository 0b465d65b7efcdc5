namespace Basalt.Server.Cluster.Backups;

/// <summary>How the last restore of a backup ended, kept when another operation takes its place. Backups need none: their repository tells.</summary>
/// <param name="Started">When it was asked for (UTC).</param>
/// <param name="Record">Its last record.</param>
internal sealed record EndedRestore(DateTimeOffset Started, OperationRecord Record)
{
    /// <summary>The format of the stored form.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format that this is stored in.</summary>
    public int Format { get; init; } = CurrentFormat;
}
