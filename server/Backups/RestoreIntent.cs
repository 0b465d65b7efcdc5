using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Basalt.Server.Backups;

/// <summary>What a restore was asked for, so that it can go on after a restart.</summary>
/// <param name="Classes">The classes, by their names in the backup.</param>
/// <param name="Renames">New names of some of them, by their names in the backup.</param>
/// <param name="CpuPercentage">Most of the processors that the transfers may take; null for no limit.</param>
/// <param name="OverwriteAliases">Whether aliases that mean other classes by now come back to the classes restored.</param>
/// <param name="Mark">Tells the mark of this restore from those of others.</param>
internal sealed record RestoreIntent(
    ImmutableArray<string> Classes, ImmutableDictionary<string, string> Renames, int? CpuPercentage, bool OverwriteAliases, Guid Mark)
{
    /// <summary>Whether nothing is missing of what was stored.</summary>
    [JsonIgnore]
    public bool IsWhole =>
        !Classes.IsDefault && Renames is not null && Classes.All(name => name is not null) && Renames.Values.All(name => name is not null);
}
