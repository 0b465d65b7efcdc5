namespace Basalt.Backup;

/// <summary>One entry of a listing.</summary>
/// <param name="Key">The whole key; a folder's ends with '/'.</param>
/// <param name="Length">Bytes; 0 for a folder.</param>
public readonly record struct BackendEntry(string Key, long Length)
{
    /// <summary>Whether this stands for all keys that begin with <see cref="Key"/>.</summary>
    public bool IsFolder => Key.EndsWith('/');
}
