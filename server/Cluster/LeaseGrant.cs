namespace Basalt.Server.Cluster;

/// <summary>A lease that the store granted.</summary>
/// <param name="Id">Its number, never 0.</param>
/// <param name="TimeToLive">How long it lives without being renewed; the store may give more than was asked for.</param>
internal readonly record struct LeaseGrant(long Id, TimeSpan TimeToLive);
