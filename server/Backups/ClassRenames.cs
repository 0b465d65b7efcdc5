using System.Collections.Immutable;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Backups;

/// <summary>The new names of classes that a restore asks for, checked as far as that goes without the backup.</summary>
internal static class ClassRenames
{
    /// <summary>No class gets a new name.</summary>
    public static ImmutableDictionary<string, string> None { get; } = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Name in the backup to new name, as classes are stored.</summary>
    /// <exception cref="RequestException">A name is not allowed or stands there twice.</exception>
    public static ImmutableDictionary<string, string> Of(IEnumerable<KeyValuePair<string, string>> names)
    {
        ImmutableDictionary<string, string>.Builder renames = None.ToBuilder();
        foreach ((string given, string wanted) in names)
        {
            (string old, string fresh) = (NameRules.ClassName(given), NameRules.ClassName(wanted));
            if (NameRules.ClassNameProblem(fresh) is { } problem)
            {
                throw RequestException.Unprocessable($"rename: class {old}: {problem}");
            }

            if (!renames.TryAdd(old, fresh))
            {
                throw RequestException.Unprocessable($"rename: class {old} is named twice");
            }
        }

        return renames.ToImmutable();
    }

    /// <summary>Checks the new names against the classes to be restored.</summary>
    /// <returns>All classes under the names that they will have.</returns>
    /// <exception cref="RequestException">A class is not among them, or two would have one name.</exception>
    public static ImmutableArray<string> Apply(ImmutableDictionary<string, string> renames, ImmutableArray<string> classes)
    {
        if (renames.Keys.FirstOrDefault(name => !classes.Contains(name)) is { } unknown)
        {
            throw RequestException.Unprocessable($"rename: class {unknown} is not among those to be restored: [{string.Join(' ', classes)}]");
        }

        // Otherwise it would be open which of the two a reference means.
        if (renames.Values.FirstOrDefault(renames.ContainsKey) is { } chained)
        {
            throw RequestException.Unprocessable($"rename: {chained} is both an old name and a new one; restore in two steps");
        }

        ImmutableArray<string> names = [.. classes.Select(name => renames.GetValueOrDefault(name, name)).Order(StringComparer.Ordinal)];
        string? twice = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? names : throw RequestException.Unprocessable($"rename: two classes would have the name {twice}");
    }
}
