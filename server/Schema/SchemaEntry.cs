using System.Text;

namespace Basalt.Server.Schema;

/// <summary>An entry of a class's schema keyspace: its definition, one of its tenants or one of its aliases.</summary>
/// <param name="ClassName">The class.</param>
/// <param name="Key">The key in the keyspace, which is printable ASCII.</param>
/// <param name="Value">The value; null takes the entry away, and with the definition all of the class.</param>
internal sealed record SchemaEntry(string ClassName, string Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>The key of the definition.</summary>
    public const string DefinitionKey = "class";

    /// <summary>The key as it is in the keyspace.</summary>
    public byte[] KeyBytes => Encoding.ASCII.GetBytes(Key);

    /// <summary>Whether it is the definition.</summary>
    public bool IsDefinition => Key == DefinitionKey;
}
