namespace Basalt.Server.Cluster.Members;

/// <summary>A <see cref="MemberRecord"/> as JSON.</summary>
internal sealed record StoredMember(int Format, string Address, Guid Instance, string Version);
