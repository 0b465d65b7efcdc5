namespace Basalt.Engine.Snapshots;

/// <summary>A later expiry of a lease.</summary>
internal readonly record struct LeaseRenewal(Guid Id, DateTimeOffset ExpiresAt);
