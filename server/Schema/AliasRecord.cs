using System.Text;

namespace Basalt.Server.Schema;

/// <summary>
/// What is stored about an alias: an entry <c>alias/name</c> in the schema keyspace of the class that it stands for. So a backup of a class
/// has its aliases, as of the same instant, and a deleted class leaves none behind.
/// </summary>
internal static class AliasRecord
{
    private const string Prefix = "alias/";

    /// <summary>What all keys begin with.</summary>
    public static ReadOnlyMemory<byte> KeyPrefix { get; } = Encoding.UTF8.GetBytes(Prefix);

    /// <summary>The key of an alias.</summary>
    public static string KeyText(string name) => Prefix + name;

    /// <summary>The key of an alias.</summary>
    public static byte[] Key(string name) => Encoding.UTF8.GetBytes(Prefix + name);

    /// <summary>Whether a key is of an alias.</summary>
    public static bool IsKey(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The alias that a key is of.</summary>
    public static string Name(string key) => key[Prefix.Length..];

    /// <summary>The alias that a key is of.</summary>
    /// <exception cref="InvalidDataException">It is a name that no alias can have: the record came with a backup that somebody made by hand.</exception>
    public static string Name(string className, ReadOnlySpan<byte> key)
    {
        string name = Encoding.UTF8.GetString(key[Prefix.Length..]);
        return NameRules.ClassNameProblem(name) is { } problem
            ? throw new InvalidDataException($"The stored aliases of class '{className}' cannot be read: {problem}.")
            : name;
    }
}
