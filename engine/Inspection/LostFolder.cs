using System.Globalization;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>
/// The folder that a repair sets damaged files aside in. A file is first linked into it, and loses its old name only when the repaired state
/// is in force: at every moment the bytes have a name, and the old state has its files.
/// </summary>
internal sealed class LostFolder
{
    public const string Prefix = "lost-";

    private const int ChunkBytes = 1 << 20;

    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly string _path;

    public LostFolder(IFileSystem files, string directory, DateTimeOffset now)
    {
        _files = files;
        _directory = directory;
        string name = Prefix + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        HashSet<string> taken = [.. files.List(directory)];
        Name = name;
        for (int i = 2; taken.Contains(Name); i++)
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
        }

        _path = Path.Combine(directory, Name);
    }

    public string Name { get; }

    /// <summary>Gives every file a name in the folder, durably.</summary>
    public void Hold(IEnumerable<string> names)
    {
        _files.CreateDirectory(_path);
        foreach (string name in names)
        {
            Hold(Path.Combine(_directory, name), Path.Combine(_path, name));
        }

        _files.SyncDirectory(_path);
        _files.SyncDirectory(_directory);
    }

    /// <summary>Takes the old names away, durably. Requires: <see cref="Hold(IEnumerable{string})"/> has returned, and nothing needs these files any more.</summary>
    public void Release(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            _files.Delete(Path.Combine(_directory, name));
        }

        _files.SyncDirectory(_directory);
    }

    /// <summary>Removes the folder of a repair that came to nothing. Every file in it still has its old name.</summary>
    public void TryAbandon()
    {
        try
        {
            _files.DeleteDirectory(_path);
        }
        catch (DatabaseException)
        {
            // Why the repair failed matters more; second names do no harm.
        }
    }

    private void Hold(string from, string to)
    {
        try
        {
            _files.Link(from, to);
        }
        catch (DatabaseException exception) when (exception.Error == DatabaseError.InputOutput)
        {
            // Not every file system has second names; a copy is as good, and takes space.
            Copy(from, to);
        }
    }

    private void Copy(string from, string to)
    {
        using IReadableFile source = _files.OpenRead(from);
        using IWritableFile target = _files.Create(to);
        byte[] chunk = new byte[ChunkBytes];
        for (long done = 0; done < source.Length;)
        {
            Span<byte> part = chunk.AsSpan(0, (int)Math.Min(ChunkBytes, source.Length - done));
            source.ReadExactly(part, done);
            target.Append(part);
            done += part.Length;
        }

        target.Sync();
    }
}
