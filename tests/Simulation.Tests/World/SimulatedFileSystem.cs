using Basalt.Engine;
using Basalt.Engine.Storage;

namespace Basalt.Simulation.Tests.World;

/// <summary>
/// A file system in memory that keeps what was synced apart from what was not, for bytes, lengths and names. A power loss leaves a random
/// legal part of the rest.
/// </summary>
internal sealed class SimulatedFileSystem(SimulatedWorld world) : IFileSystem
{
    private readonly Dictionary<string, DirectoryNode> _directories = new(StringComparer.Ordinal);
    private readonly List<NameChange> _changes = [];
    private readonly List<DirectoryNode> _removed = [];
    private readonly Dictionary<string, int> _locks = new(StringComparer.Ordinal);

    /// <summary>So few that segments are closed and opened again all the time.</summary>
    public int MaxOpenFiles => 6;

    public IReadableFile OpenRead(string path)
    {
        FileNode file = Find(path, "Opening");
        Enter(CallKind.Open, path);
        return new SimulatedReadableFile(world, file, path);
    }

    public IWritableFile Create(string path) => Perform(CallKind.Create, path, () => new SimulatedWritableFile(world, Add(path), path));

    public IPreallocatedFile OpenPreallocated(string path, long capacity, bool reuse) => Perform(
        reuse ? CallKind.Open : CallKind.Create,
        path,
        () =>
        {
            FileNode file = reuse ? Find(path, "Opening") : Add(path);
            file.SetLength(Math.Max(file.Length, capacity));
            return new SimulatedPreallocatedFile(world, file, path);
        });

    public byte[] ReadAllBytes(string path)
    {
        FileNode file = Find(path, "Reading");
        Enter(CallKind.Read, path);
        return file.Cache.AsSpan(0, (int)file.Length).ToArray();
    }

    public bool FileExists(string path)
    {
        Enter(CallKind.Look, path);
        return Names(path).ContainsKey(Path.GetFileName(path));
    }

    public long FileLength(string path)
    {
        Enter(CallKind.Look, path);
        return Find(path, "Reading the length").Length;
    }

    public IReadOnlyList<string> List(string directory)
    {
        Enter(CallKind.List, directory);
        return ListQuietly(directory);
    }

    /// <summary>As <see cref="List"/>, for the simulation itself.</summary>
    public IReadOnlyList<string> ListQuietly(string directory) =>
    [
        .. Directory(directory).Shown.Keys.Order(StringComparer.Ordinal),
        .. _directories.Keys.Where(path => Path.GetDirectoryName(path) == directory).Select(path => Path.GetFileName(path)),
    ];

    public void CreateDirectory(string path) => Perform(
        CallKind.MakeDirectory,
        path,
        () =>
        {
            for (string? missing = path; missing is not null && _directories.TryAdd(missing, new DirectoryNode(missing));)
            {
                missing = Path.GetDirectoryName(missing);
            }

            return true;
        });

    public void Rename(string from, string to) => Perform(CallKind.Rename, from, () =>
    {
        FileNode file = Find(from, "Renaming");
        DirectoryNode source = Directory(Path.GetDirectoryName(from)!);
        DirectoryNode target = Directory(Path.GetDirectoryName(to)!);
        source.Shown.Remove(Path.GetFileName(from));
        target.Shown[Path.GetFileName(to)] = file;
        _changes.Add(new NameChange(file, source, Path.GetFileName(from), target, Path.GetFileName(to)));
        return true;
    });

    public void Link(string existing, string path) => Perform(CallKind.Create, path, () =>
    {
        FileNode file = Find(existing, "Linking");
        DirectoryNode directory = Directory(Path.GetDirectoryName(path)!);
        if (!directory.Shown.TryAdd(Path.GetFileName(path), file))
        {
            throw new DatabaseException(DatabaseError.InputOutput, "Linking failed: the name is taken.", path);
        }

        _changes.Add(new NameChange(file, null, null, directory, Path.GetFileName(path)));
        return true;
    });

    public void Delete(string path) => Perform(CallKind.Delete, path, () =>
    {
        if (_directories.TryGetValue(Path.GetDirectoryName(path)!, out DirectoryNode? directory)
            && directory.Shown.Remove(Path.GetFileName(path), out FileNode? file))
        {
            _changes.Add(new NameChange(file, directory, Path.GetFileName(path), null, null));
        }

        return true;
    });

    public void DeleteDirectory(string path) => Perform(CallKind.RemoveDirectory, path, () =>
    {
        foreach (string below in _directories.Keys.Where(key => key == path || key.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
        {
            _directories.Remove(below, out DirectoryNode? directory);
            _removed.Add(directory!);
        }

        return true;
    });

    public void Truncate(string path, long length) => Perform(CallKind.Truncate, path, () =>
    {
        Find(path, "Truncating").SetLength(length);
        return true;
    });

    public void SyncDirectory(string path) => Perform(CallKind.SyncDirectory, path, () =>
    {
        DirectoryNode directory = Directory(path);
        _changes.ForEach(change => change.Persist(directory));
        _changes.RemoveAll(change => change.IsDone);
        _removed.RemoveAll(removed => Path.GetDirectoryName(removed.Path) == path);
        return true;
    });

    public long FreeBytes(string directory) => 1L << 40;

    public IDisposable LockDirectory(string path)
    {
        if (_locks.TryGetValue(path, out int life) && life == world.Life)
        {
            throw new DatabaseException(DatabaseError.Locked, "The directory is locked.", path);
        }

        _locks[path] = world.Life;
        return new Release(this, path, world.Life);
    }

    public IDisposable? LockDirectoryForReading(string path) => LockDirectory(path);

    /// <summary>The end of the process, and of what the machine had in memory if that is what ended.</summary>
    public void Crash(FaultKind kind, Random random)
    {
        if (kind != FaultKind.PowerLoss)
        {
            return;
        }

        // A journal keeps changes of names in order; a file system without one may keep any of them.
        bool isJournaled = random.Next(2) == 0;
        int kept = random.Next(_changes.Count + 1);
        for (int i = 0; i < _changes.Count; i++)
        {
            if (isJournaled ? i < kept : random.Next(2) == 0)
            {
                _changes[i].Persist();
            }
        }

        _changes.Clear();
        foreach (DirectoryNode removed in _removed)
        {
            if (random.Next(2) == 0)
            {
                _directories.TryAdd(removed.Path, removed);
            }
        }

        _removed.Clear();
        foreach (DirectoryNode directory in _directories.Values)
        {
            directory.Forget();
        }

        foreach (FileNode file in _directories.Values.SelectMany(directory => directory.Shown.Values).Distinct())
        {
            file.LosePower(random);
        }
    }

    /// <summary>Removes a database that nobody needs any more, without a call.</summary>
    public void Erase(string directory)
    {
        foreach (string path in _directories.Keys.Where(key => key == directory || key.StartsWith(directory + "/", StringComparison.Ordinal)).ToArray())
        {
            _directories.Remove(path);
        }

        _removed.RemoveAll(removed => removed.Path.StartsWith(directory, StringComparison.Ordinal));
    }

    private static DatabaseException Missing(string action, string path) => new(DatabaseError.InputOutput, $"{action} failed: there is no such file.", path);

    private T Perform<T>(CallKind kind, string path, Func<T> effect)
    {
        Call call = Enter(kind, path);
        T result = effect();
        world.Leave(call);
        return result;
    }

    private Call Enter(CallKind kind, string path)
    {
        Call call = new(kind, path, Places.OfFile(world.Activity, kind, path));
        FaultKind fault = world.Enter(call);
        return fault == FaultKind.None ? call : throw SimulatedFile.Failure(fault, call);
    }

    private FileNode Add(string path)
    {
        string name = Path.GetFileName(path);
        DirectoryNode directory = Directory(Path.GetDirectoryName(path)!);
        FileNode file = new();
        if (!directory.Shown.TryAdd(name, file))
        {
            throw new DatabaseException(DatabaseError.InputOutput, "Creating failed: the file exists.", path);
        }

        _changes.Add(new NameChange(file, null, null, directory, name));
        return file;
    }

    private FileNode Find(string path, string action) => Names(path).GetValueOrDefault(Path.GetFileName(path)) ?? throw Missing(action, path);

    private Dictionary<string, FileNode> Names(string path) =>
        _directories.TryGetValue(Path.GetDirectoryName(path)!, out DirectoryNode? directory) ? directory.Shown : [];

    private DirectoryNode Directory(string path) => _directories.GetValueOrDefault(path) ?? throw Missing("Using the directory", path);

    private sealed class Release(SimulatedFileSystem files, string path, int life) : IDisposable
    {
        public void Dispose()
        {
            if (files._locks.GetValueOrDefault(path) == life)
            {
                files._locks.Remove(path);
            }
        }
    }
}
