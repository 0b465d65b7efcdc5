using System.Collections.Immutable;

namespace Basalt.Server.Schema;

/// <summary>The stored form of a renaming that has to be finished.</summary>
/// <param name="Classes">The new names of all classes of the restore.</param>
/// <param name="Renames">Name in the backup to new name.</param>
internal sealed record RenamingRecord(ImmutableArray<string> Classes, ImmutableDictionary<string, string> Renames);
