using System.Collections.Immutable;
using System.Text;

namespace Basalt.Simulation.Tests.Model;

/// <summary>What a database should hold at one moment. Immutable.</summary>
internal sealed record ModelState(ImmutableSortedDictionary<string, KeyspaceContents> Keyspaces)
{
    public static readonly ModelState Empty = new(ImmutableSortedDictionary.Create<string, KeyspaceContents>(StringComparer.Ordinal));

    public static byte[] Bytes(string key) => Encoding.Latin1.GetBytes(key);

    public static string Text(ReadOnlySpan<byte> key) => Encoding.Latin1.GetString(key);

    public ModelState With(string keyspace, KeyspaceContents contents) => new(Keyspaces.SetItem(keyspace, contents));

    public ModelState Without(IEnumerable<string> keyspaces) => new(Keyspaces.RemoveRange(keyspaces));

    public ModelState Apply(IEnumerable<ModelWrite> writes)
    {
        var keyspaces = Keyspaces.ToBuilder();
        foreach (ModelWrite write in writes)
        {
            // Replay leaves out what was written to keyspaces that are gone.
            if (keyspaces.TryGetValue(write.Keyspace, out KeyspaceContents? contents))
            {
                keyspaces[write.Keyspace] = contents with
                {
                    Entries = write.Value is { } value ? contents.Entries.SetItem(write.Key, value) : contents.Entries.Remove(write.Key),
                };
            }
        }

        return new ModelState(keyspaces.ToImmutable());
    }

    /// <summary>The keyspaces that are of some collections.</summary>
    public ModelState Only(Func<string, bool> isWanted) => new(Keyspaces.RemoveRange(Keyspaces.Keys.Where(name => !isWanted(name))));
}
