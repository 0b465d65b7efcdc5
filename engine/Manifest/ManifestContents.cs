namespace Basalt.Engine.Manifest;

/// <summary>What a manifest file says.</summary>
/// <param name="DatabaseId">The database it belongs to.</param>
/// <param name="Edits">Its edits, in order.</param>
/// <param name="TornTail">Whether a last, never acknowledged edit was cut short by a crash and left out.</param>
internal sealed record ManifestContents(Guid DatabaseId, IReadOnlyList<VersionEdit> Edits, bool TornTail);
