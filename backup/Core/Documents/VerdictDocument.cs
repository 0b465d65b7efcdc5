namespace Basalt.Backup.Documents;

/// <summary><c>.repo/caps/&lt;ulid&gt;.json</c>: what a probe of the store found. For people and tools; who writes a backup probes again.</summary>
internal sealed record VerdictDocument
{
    public required DateTimeOffset Probed { get; init; }

    /// <summary>Whether the store created an object only if it was absent: "verified" or "absent".</summary>
    public string? ConditionalWrites { get; init; }

    /// <summary>Why the store cannot hold backups; null: it can.</summary>
    public string? Problem { get; init; }
}
