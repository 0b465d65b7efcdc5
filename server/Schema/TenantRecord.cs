using System.Text;

namespace Basalt.Server.Schema;

/// <summary>
/// What is stored about a tenant, in the schema keyspace of its class, under <c>tenant/name</c>. A tenant exists if and only if it has such a record. The form is told
/// by the number of words: <c>HOT</c>, in a cluster <c>HOT id</c>, and where a restore of a cluster has put it <c>HOT id node</c>. Servers that do not know the third
/// refuse it.
/// </summary>
internal static class TenantRecord
{
    private const string Prefix = "tenant/";

    /// <summary>What all keys begin with.</summary>
    public static ReadOnlyMemory<byte> KeyPrefix { get; } = Encoding.UTF8.GetBytes(Prefix);

    /// <summary>The key of a tenant.</summary>
    public static string KeyText(string name) => Prefix + name;

    /// <summary>Whether a key is of a tenant.</summary>
    public static bool IsKey(string key) => key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The tenant that a key is of.</summary>
    public static string Name(string key) => key[Prefix.Length..];

    /// <summary>The tenant that a key is of.</summary>
    /// <exception cref="InvalidDataException">It is a name that no tenant can have: the record came with a backup that somebody made by hand.</exception>
    public static string Name(string className, ReadOnlySpan<byte> key)
    {
        string name = Encoding.UTF8.GetString(key[Prefix.Length..]);
        return TenantRules.NameProblem(name) is { } problem
            ? throw new InvalidDataException($"The stored tenants of class '{className}' cannot be read: {problem}.")
            : name;
    }

    /// <summary>The stored form.</summary>
    /// <param name="status">Whether it may be used.</param>
    /// <param name="id">In a cluster, what tells the tenant from one of the same name before it.</param>
    /// <param name="node">Where a restore has put it; only with an id.</param>
    public static byte[] Encode(TenantStatus status, Guid? id = null, string? node = null) => Encoding.UTF8.GetBytes(
        (id, node) switch
        {
            ({ } known, { } place) => $"{TenantRules.Word(status)} {known:N} {place}",
            ({ } known, null) => $"{TenantRules.Word(status)} {known:N}",
            (null, null) => TenantRules.Word(status),
            _ => throw new ArgumentException("A tenant that has a node has an id.", nameof(node)),
        });

    /// <summary>What tells a tenant of a cluster from others of its name; null if there is nothing.</summary>
    public static Guid? IdOf(ReadOnlySpan<byte> value) => Split(value).Id;

    /// <summary>The node that a restore has put the tenant on; null if its name says where it is.</summary>
    public static string? NodeOf(ReadOnlySpan<byte> value) => Split(value).Node;

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="InvalidDataException">It is no status that this build knows.</exception>
    public static TenantStatus Decode(string className, string name, ReadOnlySpan<byte> value)
    {
        string word = Split(value).Word;
        return TenantRules.TryParse(word, out TenantStatus status)
            ? status
            : throw new InvalidDataException($"Tenant '{name}' of class '{className}' has the unknown status '{word}'. Use a newer server.");
    }

    /// <summary>The parts of a stored form; what is none is a word as a whole, which is no status.</summary>
    private static (string Word, Guid? Id, string? Node) Split(ReadOnlySpan<byte> value)
    {
        string text = Encoding.UTF8.GetString(value);
        return text.Split(' ') switch
        {
            [var word, var first] when Guid.TryParseExact(first, "N", out Guid id) => (word, id, null),
            [var word, var first, { Length: > 0 } node] when Guid.TryParseExact(first, "N", out Guid id) => (word, id, node),
            _ => (text, null, null),
        };
    }
}
