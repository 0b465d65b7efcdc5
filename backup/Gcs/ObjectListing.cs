namespace Basalt.Backup.Gcs;

/// <summary>A page of a listing; what is empty is missing.</summary>
/// <param name="NextPageToken">Asks for the next page; null on the last.</param>
/// <param name="Prefixes">Names up to the delimiter.</param>
/// <param name="Items">Objects.</param>
internal sealed record ObjectListing(string? NextPageToken, string[]? Prefixes, StoredObject[]? Items);
