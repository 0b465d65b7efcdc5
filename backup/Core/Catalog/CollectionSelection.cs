using System.Collections.Immutable;

namespace Basalt.Backup.Catalog;

/// <summary>Which collections a request means.</summary>
internal static class CollectionSelection
{
    /// <summary>Applies include or exclude to what is available, in the order of names.</summary>
    /// <param name="id">The backup, for messages.</param>
    /// <param name="available">What there is.</param>
    /// <param name="include">Wanted; null or empty means all.</param>
    /// <param name="exclude">Not wanted.</param>
    /// <param name="place">Where the collections are, for messages: "the database".</param>
    /// <exception cref="BackupException">
    /// <see cref="BackupError.InvalidRequest"/>, <see cref="BackupError.NothingToDo"/>, <see cref="BackupError.CollectionNotFound"/>.
    /// </exception>
    public static ImmutableArray<string> Resolve(
        string id, IEnumerable<string> available, IReadOnlyCollection<string>? include, IReadOnlyCollection<string>? exclude, string place)
    {
        var known = new SortedSet<string>(available, StringComparer.Ordinal);
        if (include is { Count: > 0 } && exclude is { Count: > 0 })
        {
            throw new BackupException(
                BackupError.InvalidRequest, $"Backup '{id}': 'include' and 'exclude' cannot both contain values; use one of them.", id);
        }

        RequireDistinct(id, include, nameof(include));
        RequireDistinct(id, exclude, nameof(exclude));
        if (known.Count == 0)
        {
            throw new BackupException(BackupError.NothingToDo, $"Backup '{id}': {place} has no collection, there is nothing to do.", id);
        }

        string[] unknown = include?.Where(name => !known.Contains(name)).ToArray() ?? [];
        if (unknown.Length > 0)
        {
            throw new BackupException(
                BackupError.CollectionNotFound,
                $"Backup '{id}': collection {Quote(unknown)} doesn't exist in {place}, which has {Quote(known)}.",
                id);
        }

        IEnumerable<string> chosen = include is { Count: > 0 } ? include : known.Except(exclude ?? []);
        ImmutableArray<string> resolved = [.. chosen.Order(StringComparer.Ordinal)];
        return !resolved.IsEmpty
            ? resolved
            : throw new BackupException(
                BackupError.NothingToDo, $"Backup '{id}': 'exclude' leaves no collection; choose from {Quote(known)}.", id);
    }

    private static void RequireDistinct(string id, IReadOnlyCollection<string>? names, string list)
    {
        string? twice = names?.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new BackupException(BackupError.InvalidRequest, $"Backup '{id}': '{list}' contains a duplicate: '{twice}'.", id);
        }
    }

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
