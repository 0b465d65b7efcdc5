namespace Basalt.Backup.Documents;

/// <summary><c>pin-NNNN-ulid.json</c>: somebody reads the backup; its objects stay, even if it is deleted.</summary>
internal sealed record PinDocument
{
    public required CoordinatorEntry By { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>From then on the reader counts as dead.</summary>
    public required DateTimeOffset Expires { get; init; }
}
