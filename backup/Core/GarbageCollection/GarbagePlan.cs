using System.Collections.Immutable;

namespace Basalt.Backup.GarbageCollection;

/// <summary>A plan in the repository.</summary>
/// <param name="Ulid">Its name.</param>
/// <param name="Keys">What it condemns.</param>
/// <param name="IsDone">Whether its collector got to the end.</param>
internal sealed record GarbagePlan(string Ulid, ImmutableArray<string> Keys, bool IsDone);
