using System.Text.RegularExpressions;

namespace Basalt.Server.Schema;

/// <summary>Which names classes and properties may have.</summary>
internal static partial class NameRules
{
    private static readonly HashSet<string> ReservedPropertyNames = new(StringComparer.Ordinal) { "id", "_id", "_additional" };

    /// <summary>The stored form of a class name: its first letter in upper case.</summary>
    public static string ClassName(string name) =>
        name.Length > 0 && char.IsAsciiLetterLower(name[0]) ? char.ToUpperInvariant(name[0]) + name[1..] : name;

    /// <summary>The stored form of a property name: its first letter in lower case.</summary>
    public static string PropertyName(string name) =>
        name.Length > 0 && char.IsAsciiLetterUpper(name[0]) ? char.ToLowerInvariant(name[0]) + name[1..] : name;

    /// <summary>What is wrong with a class name, or null.</summary>
    public static string? ClassNameProblem(string name) =>
        ClassNamePattern().IsMatch(name)
            ? null
            : $"'{name}' is not a valid class name: it takes a letter and then at most 254 letters, digits and underscores";

    /// <summary>What is wrong with the name of a property, or null.</summary>
    public static string? PropertyNameProblem(string name)
    {
        if (!PropertyNamePattern().IsMatch(name))
        {
            return $"'{name}' is not a valid property name: it takes a letter or underscore and then at most 230 letters, digits and underscores";
        }

        return ReservedPropertyNames.Contains(name) ? $"'{name}' is a reserved property name" : null;
    }

    /// <summary>What is wrong with the name of a vector, or null.</summary>
    public static string? VectorNameProblem(string name) =>
        PropertyNamePattern().IsMatch(name) ? null : $"'{name}' is not a valid vector name";

    [GeneratedRegex(@"\A[A-Z][_0-9A-Za-z]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClassNamePattern();

    [GeneratedRegex(@"\A[_A-Za-z][_0-9A-Za-z]{0,230}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PropertyNamePattern();
}
