using System.Collections.Immutable;

namespace Basalt.Server.Cluster.Backups;

/// <summary>An operation as any node can tell it.</summary>
/// <param name="Plan">What was asked.</param>
/// <param name="Record">How far it has come.</param>
/// <param name="Reports">What its participants reported, by name; who has not reported is missing.</param>
internal sealed record OperationStatus(OperationPlan Plan, OperationRecord Record, ImmutableSortedDictionary<string, NodeReport> Reports);
