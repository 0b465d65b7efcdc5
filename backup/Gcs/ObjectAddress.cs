using System.Globalization;

namespace Basalt.Backup.Gcs;

/// <summary>The addresses of requests for the objects of one repository.</summary>
/// <param name="endpoint">The server.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="folder">What all names begin with: empty, or ending with a slash.</param>
internal sealed class ObjectAddress(Uri endpoint, string bucket, string folder)
{
    private const int PageSize = 1000;

    private readonly string _objects = $"storage/v1/b/{Uri.EscapeDataString(bucket)}/o";

    /// <summary>The object's name in the bucket.</summary>
    public string NameOf(string key) => folder + key;

    /// <summary>The key of a name in the bucket.</summary>
    public string KeyOf(string name) => name[folder.Length..];

    /// <summary>For people.</summary>
    public string Location(string key) => $"gs://{bucket}/{folder}{key}".TrimEnd('/');

    /// <summary>The object itself, to be deleted.</summary>
    public Uri Object(string key) => new(endpoint, $"{_objects}/{Uri.EscapeDataString(NameOf(key))}");

    /// <summary>The object's bytes.</summary>
    public Uri Media(string key) => new(endpoint, $"{_objects}/{Uri.EscapeDataString(NameOf(key))}?alt=media");

    /// <summary>Creates an object; 0 is the generation of those that do not exist.</summary>
    /// <param name="uploadType"><c>multipart</c> or <c>resumable</c>.</param>
    public Uri Upload(string uploadType) =>
        new(endpoint, $"upload/{_objects}?uploadType={uploadType}&ifGenerationMatch=0&fields=size,crc32c");

    /// <summary>A page of a listing.</summary>
    public Uri List(string prefix, bool recursive, string? page)
    {
        string query = string.Create(CultureInfo.InvariantCulture, $"?prefix={Uri.EscapeDataString(NameOf(prefix))}&maxResults={PageSize}");
        query += "&fields=nextPageToken,prefixes,items(name,size)";
        query += recursive ? "" : "&delimiter=%2F";
        query += page is null ? "" : $"&pageToken={Uri.EscapeDataString(page)}";
        return new Uri(endpoint, _objects + query);
    }
}
