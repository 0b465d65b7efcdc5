namespace Basalt.Backup.Documents;

/// <summary><c>tombstone-NNNN.json</c>: an attempt is deleted; <c>withdrawn-NNNN-ulid.json</c>: a claim was taken back.</summary>
internal sealed record TombstoneDocument
{
    public required CoordinatorEntry By { get; init; }

    public required DateTimeOffset Created { get; init; }
}
