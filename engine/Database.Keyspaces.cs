using Basalt.Engine.Manifest;

namespace Basalt.Engine;

public sealed partial class Database
{
    /// <summary>Live keyspaces, ordered by name.</summary>
    public IReadOnlyList<Keyspace> Keyspaces =>
        ReadVersion(version => version.Keyspaces.Values.Select(keyspace => keyspace.Keyspace).OrderBy(keyspace => keyspace.Name, StringComparer.Ordinal).ToList());

    /// <summary>The live keyspace of that name, or null.</summary>
    public Keyspace? FindKeyspace(string name) => ReadVersion(version => Find(version, name));

    /// <summary>Creates a keyspace, durably.</summary>
    /// <exception cref="DatabaseException">The name is taken.</exception>
    public Keyspace CreateKeyspace(string name) => CreateKeyspaces([name])[0];

    /// <summary>Creates several keyspaces with one manifest edit: all or none.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long, given twice or holds control characters.</exception>
    /// <exception cref="DatabaseException">One of the names is taken.</exception>
    public IReadOnlyList<Keyspace> CreateKeyspaces(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (string name in names)
        {
            KeyspaceNames.Check(name);
        }

        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            throw new ArgumentException($"A name is given twice: {string.Join(", ", names)}.", nameof(names));
        }

        ulong createdAt = _core.Pipeline.AdvanceSequence(0);
        LsmVersion version = _core.Versions.Apply((current, edit) =>
        {
            if (names.FirstOrDefault(name => Find(current, name) is not null) is { } taken)
            {
                throw new DatabaseException($"A keyspace named '{taken}' already exists.");
            }

            edit.LastSequence = createdAt;
            edit.CreatedKeyspaces.AddRange(names.Select(name => new KeyspaceDefinition(_core.Versions.NewKeyspaceId(), name, createdAt)));
            return true;
        });
        List<Keyspace> created = [.. names.Select(name => Find(version, name)!)];
        _core.Pipeline.Install(version);
        return created;
    }

    /// <summary>The keyspace of that name, created if it is missing.</summary>
    public Keyspace GetOrCreateKeyspace(string name)
    {
        if (FindKeyspace(name) is { } found)
        {
            return found;
        }

        try
        {
            return CreateKeyspace(name);
        }
        catch (DatabaseException) when (FindKeyspace(name) is not null)
        {
            return FindKeyspace(name)!;
        }
    }

    /// <summary>Drops a keyspace with all its data, durably. Leased segments stay until their leases end.</summary>
    public void DropKeyspace(Keyspace keyspace) => DropKeyspaces([keyspace]);

    /// <summary>Drops several keyspaces with one manifest edit: all or none. One that is given twice is dropped once.</summary>
    /// <exception cref="DatabaseException">One of them was dropped already.</exception>
    public void DropKeyspaces(IReadOnlyList<Keyspace> keyspaces)
    {
        ArgumentNullException.ThrowIfNull(keyspaces);
        _core.Pipeline.ThrowIfUnwritable();
        _core.StructureGate.Wait();
        try
        {
            LsmVersion version = _core.Versions.Apply((_, edit) =>
            {
                foreach (Keyspace keyspace in keyspaces.Distinct())
                {
                    keyspace.Check(_core.Versions);
                    edit.DroppedKeyspaces.Add(keyspace.Id);
                }

                return true;
            });
            _core.Pipeline.Install(version);
        }
        finally
        {
            _core.StructureGate.Release();
        }
    }

    private static Keyspace? Find(LsmVersion version, string name) => version.Find(name)?.Keyspace;

    private T ReadVersion<T>(Func<LsmVersion, T> read)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        LsmVersion version = _core.Versions.Acquire();
        try
        {
            return read(version);
        }
        finally
        {
            version.Release();
        }
    }
}
