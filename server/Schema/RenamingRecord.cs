using System.Collections.Immutable;
using System.Text.Json;

namespace Basalt.Server.Schema;

/// <summary>The stored form of a renaming that has to be finished.</summary>
/// <param name="Classes">The new names of all classes of the restore.</param>
/// <param name="Renames">Name in the backup to new name.</param>
internal sealed record RenamingRecord(ImmutableArray<string> Classes, ImmutableDictionary<string, string> Renames)
{
    /// <summary>Reads the stored form.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static RenamingRecord Decode(ReadOnlySpan<byte> value)
    {
        try
        {
            RenamingRecord? record = JsonSerializer.Deserialize(value, RenamingJson.Default.RenamingRecord);
            bool isWhole = record is { Classes.IsDefault: false, Renames: not null }
                && record.Classes.All(name => name is not null)
                && record.Renames.Values.All(name => name is not null);
            return isWhole ? record! : throw Unreadable("it lacks classes or their new names", null);
        }
        catch (JsonException exception)
        {
            throw Unreadable(exception.Message, exception);
        }
    }

    /// <summary>The stored form.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, RenamingJson.Default.RenamingRecord);

    private static InvalidDataException Unreadable(string reason, Exception? cause) =>
        new($"The record of a restore that renames classes cannot be read: {reason}", cause);
}
