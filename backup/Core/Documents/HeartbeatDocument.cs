namespace Basalt.Backup.Documents;

/// <summary><c>lease-N.json</c>: whoever makes a backup was alive at that time.</summary>
internal sealed record HeartbeatDocument
{
    public required CoordinatorEntry By { get; init; }

    public required DateTimeOffset At { get; init; }
}
