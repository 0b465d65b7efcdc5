using System.Collections.Immutable;

namespace Basalt.Server.Cluster;

/// <summary>What became of a transaction.</summary>
/// <param name="Succeeded">Whether its conditions held, and so its writes were made.</param>
/// <param name="Revision">The revision of its writes; the store's when nothing was written.</param>
/// <param name="Reads">If it did not succeed, what it read, one page for each range.</param>
internal sealed record TransactionResult(bool Succeeded, long Revision, ImmutableArray<RangePage> Reads);
