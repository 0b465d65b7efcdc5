using System.Text;

namespace Basalt.Server.Schema;

/// <summary>
/// What is stored about a tenant, in the schema keyspace of its class: its status under <c>tenant/name</c>. A tenant exists if and only
/// if it has such a record.
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

    /// <summary>The stored form: the status, and in a cluster behind it what tells the tenant from one of the same name before it.</summary>
    public static byte[] Encode(TenantStatus status, Guid? id = null) =>
        Encoding.UTF8.GetBytes(id is { } known ? $"{TenantRules.Word(status)} {known:N}" : TenantRules.Word(status));

    /// <summary>What tells a tenant of a cluster from others of its name; null if there is nothing.</summary>
    public static Guid? IdOf(ReadOnlySpan<byte> value) =>
        Encoding.UTF8.GetString(value).Split(' ') is [_, var text] && Guid.TryParseExact(text, "N", out Guid id) ? id : null;

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="InvalidDataException">It is no status that this build knows.</exception>
    public static TenantStatus Decode(string className, string name, ReadOnlySpan<byte> value)
    {
        string text = Encoding.UTF8.GetString(value);
        string word = IdOf(value) is null ? text : text.Split(' ')[0];
        return TenantRules.TryParse(word, out TenantStatus status)
            ? status
            : throw new InvalidDataException($"Tenant '{name}' of class '{className}' has the unknown status '{word}'. Use a newer server.");
    }
}
