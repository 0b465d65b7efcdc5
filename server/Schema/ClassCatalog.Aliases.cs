using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

internal sealed partial class ClassCatalog
{
    private volatile ImmutableSortedDictionary<string, StoredClass> _aliases =
        ImmutableSortedDictionary.Create<string, StoredClass>(StringComparer.Ordinal);

    /// <summary>Other names of classes, with the class that each stands for.</summary>
    public IReadOnlyDictionary<string, StoredClass> Aliases => _aliases;

    /// <summary>Gives a class another name.</summary>
    /// <exception cref="RequestException">The name is taken or not allowed, or there is no such class.</exception>
    public Task AddAliasAsync(string alias, string className, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                string name = NameRules.ClassName(alias);
                if (NameRules.ClassNameProblem(name) is not null)
                {
                    throw RequestException.Unprocessable($"'{alias}' is not a valid alias name: it takes a letter and then at most 254 letters, digits and underscores");
                }

                StoredClass target = GetForAlias(name, className);
                RequireFreeAlias(name);
                return SchemaChange.Of(target.Name, AliasRecord.KeyText(name), ReadOnlyMemory<byte>.Empty);
            },
            cancellationToken);

    /// <summary>Lets an alias stand for another class.</summary>
    /// <exception cref="RequestException">There is no such alias (404) or class.</exception>
    public Task MoveAliasAsync(string alias, string className, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                string name = NameRules.ClassName(alias);
                StoredClass present = _aliases.GetValueOrDefault(name) ?? throw AliasNotFound(name);
                StoredClass target = GetForAlias(name, className);
                return present == target
                    ? SchemaChange.None
                    : new SchemaChange(
                    [
                        new SchemaEntry(present.Name, AliasRecord.KeyText(name), null),
                        new SchemaEntry(target.Name, AliasRecord.KeyText(name), ReadOnlyMemory<byte>.Empty),
                    ]);
            },
            cancellationToken);

    /// <summary>Deletes an alias; the class stays.</summary>
    /// <exception cref="RequestException">There is no such alias (404).</exception>
    public Task DeleteAliasAsync(string alias, CancellationToken cancellationToken) =>
        ChangeAsync(
            () =>
            {
                string name = NameRules.ClassName(alias);
                StoredClass present = _aliases.GetValueOrDefault(name) ?? throw AliasNotFound(name);
                return SchemaChange.Of(present.Name, AliasRecord.KeyText(name), null);
            },
            cancellationToken);

    /// <summary>The error for an alias that is not there.</summary>
    public static RequestException AliasNotFound(string alias) =>
        RequestException.Handler(StatusCodes.Status404NotFound, $"alias '{alias}' not found");

    /// <summary>Requires: change lock held.</summary>
    private void MoveAlias(string name, StoredClass present, StoredClass target)
    {
        // One batch: at no instant, and in no backup, has the alias two classes or none.
        var batch = new WriteBatch();
        batch.Delete(present.Schema, AliasRecord.Key(name));
        batch.Put(target.Schema, AliasRecord.Key(name), []);
        _database.Write(batch, Durability.Sync);
        _aliases = _aliases.SetItem(name, target);
    }

    private StoredClass GetForAlias(string alias, string className) =>
        _classes.GetValueOrDefault(NameRules.ClassName(className))
        ?? throw RequestException.Unprocessable($"create or update of alias '{alias}': class '{className}' does not exist");

    private void RequireFreeAlias(string name)
    {
        if (_aliases.ContainsKey(name))
        {
            throw RequestException.Unprocessable($"alias '{name}' already exists");
        }

        if (_classes.ContainsKey(name))
        {
            throw RequestException.Unprocessable($"alias '{name}': class name {name} already exists");
        }
    }

    private List<string> ReadAliases(string className, Keyspace schema)
    {
        List<string> names = [];
        using DatabaseIterator entries = _database.Scan(schema, ScanRange.Prefix(AliasRecord.KeyPrefix));
        while (entries.MoveNext())
        {
            names.Add(AliasRecord.Name(className, entries.Key));
        }

        return names;
    }

    /// <summary>
    /// Takes over the aliases that a class came with. One that means another class stays there, unless it is to be overwritten; the name of
    /// a class is never taken. Requires: change lock held.
    /// </summary>
    private void AdoptAliases(StoredClass adopted, bool overwrite)
    {
        foreach (string name in ReadAliases(adopted.Name, adopted.Schema))
        {
            bool taken = _aliases.TryGetValue(name, out StoredClass? other);
            if (_classes.ContainsKey(name) || (taken && !overwrite))
            {
                _database.Delete(adopted.Schema, AliasRecord.Key(name), Durability.Sync);
            }
            else if (taken)
            {
                MoveAlias(name, other!, adopted);
            }
            else
            {
                _aliases = _aliases.Add(name, adopted);
            }
        }
    }

    /// <summary>Forgets the aliases of a class that is gone. Requires: change lock held.</summary>
    private void ForgetAliases(string className) =>
        _aliases = _aliases.RemoveRange(_aliases.Where(alias => alias.Value.Name == className).Select(alias => alias.Key));
}
