using System.IO.Enumeration;

namespace Basalt.Backup.Backends.FileSystem;

/// <summary>Walks the files of a repository directory whose keys begin with a prefix.</summary>
internal sealed class FileListing
{
    private readonly string _root;
    private readonly string _folder;
    private readonly string _name;
    private readonly bool _recursive;

    /// <summary>Where a key begins in a full path.</summary>
    private readonly int _keyStart;

    public FileListing(string root, string prefix, bool recursive)
    {
        int nameStart = prefix.LastIndexOf('/') + 1;
        _root = root;
        _folder = prefix[..nameStart];
        _name = prefix[nameStart..];
        _recursive = recursive;
        _keyStart = root.Length + (Path.EndsInDirectorySeparator(root) ? 0 : 1);
    }

    public FileSystemEnumerable<BackendEntry> Enumerate() =>
        new(
            Path.Combine(_root, _folder),
            ToEntry,
            new EnumerationOptions { RecurseSubdirectories = _recursive, AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => (!_recursive || !entry.IsDirectory) && IsWanted(ref entry),
            ShouldRecursePredicate = IsWanted,
        };

    private BackendEntry ToEntry(ref FileSystemEntry entry)
    {
        string key = entry.ToFullPath()[_keyStart..].Replace(Path.DirectorySeparatorChar, '/');
        return entry.IsDirectory ? new BackendEntry(key + "/", 0) : new BackendEntry(key, entry.Length);
    }

    /// <summary>Only names beside the end of the prefix need a look: everything deeper was let in by its parent.</summary>
    private bool IsWanted(ref FileSystemEntry entry)
    {
        bool isWanted = IsNamed(ref entry);
        return isWanted && (entry.Attributes & FileAttributes.ReparsePoint) != 0
            ? throw PlainPaths.Refused(entry.ToFullPath())
            : isWanted;
    }

    private bool IsNamed(ref FileSystemEntry entry)
    {
        bool isTop = entry.Directory.Length <= _keyStart + _folder.Length;
        return (!isTop || (entry.FileName.StartsWith(_name) && !IsTemporary(ref entry))) && !IsReserve(ref entry);
    }

    private bool IsReserve(ref FileSystemEntry entry) =>
        entry.FileName.SequenceEqual(ReserveFile.Name)
        && entry.Directory.Length == _keyStart + ReserveFile.Folder.Length
        && entry.Directory.EndsWith(ReserveFile.Folder);

    private bool IsTemporary(ref FileSystemEntry entry) =>
        _folder.Length == 0 && entry.FileName.SequenceEqual(TemporaryFiles.Folder);
}
