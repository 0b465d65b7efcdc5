using System.Collections.Immutable;
using System.IO.Enumeration;
using Basalt.Server.Api;
using Basalt.Server.Schema;

namespace Basalt.Server.Backups;

/// <summary>Which classes a request means: those to include, or all but those to exclude. Names may be patterns with <c>*</c> and <c>?</c>.</summary>
/// <param name="Include">Wanted; empty means all.</param>
/// <param name="Exclude">Not wanted.</param>
internal sealed record ClassSelection(ImmutableArray<string> Include, ImmutableArray<string> Exclude)
{
    /// <summary>Names of classes as they are stored, checked for contradictions.</summary>
    /// <exception cref="RequestException">Both lists have values, or one names a class twice.</exception>
    public static ClassSelection Of(IEnumerable<string> include, IEnumerable<string> exclude)
    {
        var selection = new ClassSelection([.. include.Select(NameRules.ClassName)], [.. exclude.Select(NameRules.ClassName)]);
        if (!selection.Include.IsEmpty && !selection.Exclude.IsEmpty)
        {
            throw RequestException.Unprocessable("malformed request: 'include' and 'exclude' cannot both contain values");
        }

        RequireDistinct(selection.Include, "include");
        RequireDistinct(selection.Exclude, "exclude");
        return selection;
    }

    /// <summary>The classes meant, of those that a running database has.</summary>
    /// <exception cref="RequestException">There is none, or one that is wanted does not exist.</exception>
    public ImmutableArray<string> FromDatabase(ImmutableArray<string> available)
    {
        if (available.IsEmpty)
        {
            throw RequestException.Unprocessable("no available classes to backup, there's nothing to do here");
        }

        ImmutableArray<string> chosen = Apply(available);
        ImmutableArray<string> unknown = [.. Include.Where(name => !IsPattern(name)).Except(available)];
        return !unknown.IsEmpty
            ? throw RequestException.Unprocessable(string.Join(", ", unknown.Select(name => $"class {name} doesn't exist")))
            : !chosen.IsEmpty ? chosen
            : throw RequestException.Unprocessable($"empty class list: please choose from : [{string.Join(' ', available)}]");
    }

    /// <summary>The classes meant, of those that are in a backup.</summary>
    /// <exception cref="RequestException">There is none, or one that is wanted is not in it.</exception>
    public ImmutableArray<string> FromBackup(ImmutableArray<string> available)
    {
        ImmutableArray<string> chosen = Apply(available);
        ImmutableArray<string> unknown = [.. Include.Where(name => !IsPattern(name)).Except(available)];
        return !unknown.IsEmpty
            ? throw RequestException.Unprocessable(
                $"class {string.Join(", ", unknown)} doesn't exist in the backup, but does have [{string.Join(' ', available)}]")
            : !chosen.IsEmpty ? chosen
            : throw RequestException.Unprocessable($"nothing left to restore: please choose from : [{string.Join(' ', available)}]");
    }

    private ImmutableArray<string> Apply(ImmutableArray<string> available) =>
        Include.IsEmpty
            ? [.. available.Where(name => !Exclude.Any(pattern => IsMatch(pattern, name)))]
            : [.. available.Where(name => Include.Any(pattern => IsMatch(pattern, name)))];

    private static bool IsPattern(string name) => name.AsSpan().ContainsAny('*', '?');

    private static bool IsMatch(string pattern, string name) =>
        IsPattern(pattern) ? FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false) : pattern == name;

    private static void RequireDistinct(ImmutableArray<string> names, string list)
    {
        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw RequestException.Unprocessable($"class list '{list}' contains duplicate: {twice}");
        }
    }
}
