namespace Basalt.Backup.Documents;

/// <summary><c>.repo/caps/&lt;ulid&gt;.json</c>: what a probe of the store found. For people and tools; who writes a backup probes again.</summary>
internal sealed record VerdictDocument
{
    public required DateTimeOffset Probed { get; init; }

    /// <summary>Why the store cannot hold backups; null: it can.</summary>
    public string? Problem { get; init; }
}
