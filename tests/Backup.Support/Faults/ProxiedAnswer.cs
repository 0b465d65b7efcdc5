namespace Basalt.Backup.Tests.Support.Faults;

/// <summary>What a store answered.</summary>
internal sealed record ProxiedAnswer(int Status, IReadOnlyList<KeyValuePair<string, IEnumerable<string>>> Headers, byte[] Body);
