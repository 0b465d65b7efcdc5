namespace Basalt.Engine;

/// <summary>A lease as the manifest holds it.</summary>
/// <param name="Id">Its identity; <see cref="Database.ReopenSnapshotAsync"/> takes it.</param>
/// <param name="Owner">Who took it.</param>
/// <param name="Sequence">The cut: it pins exactly the writes up to here.</param>
/// <param name="CreatedAt">When it was taken (UTC).</param>
/// <param name="ExpiresAt">When it lapses unless renewed (UTC).</param>
/// <param name="LeasedBytes">Bytes of the files it names.</param>
/// <param name="HeldBytes">Of these, bytes that only leases keep on disk.</param>
public sealed record LeaseInfo(
    Guid Id, string Owner, ulong Sequence, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, long LeasedBytes, long HeldBytes);
