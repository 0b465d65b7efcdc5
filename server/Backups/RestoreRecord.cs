using System.Text.Json;
using Basalt.Backup;

namespace Basalt.Server.Backups;

/// <summary>What is stored about the last restore of a backup.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Error">Why it did not succeed; null if it did or runs.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="CompletedAt">When it ended (UTC); null while it runs.</param>
internal sealed record RestoreRecord(BackupState State, string? Error, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt)
{
    private const int KnownFormat = 1;

    /// <summary>The version of the stored form.</summary>
    public int Format { get; init; } = KnownFormat;

    /// <summary>What was asked for; null if the record is of a server that did not store it.</summary>
    public RestoreIntent? Intent { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => State is BackupState.Success or BackupState.Failed or BackupState.Canceled;

    /// <summary>Reads the stored form.</summary>
    /// <param name="name">Whose it is, for messages.</param>
    /// <param name="value">The stored form.</param>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static RestoreRecord Decode(string name, ReadOnlySpan<byte> value)
    {
        RestoreRecord? record;
        try
        {
            record = JsonSerializer.Deserialize(value, RestoreJson.Default.RestoreRecord);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The record of restore '{name}' cannot be read: {exception.Message}", exception);
        }

        if (record is not { Format: KnownFormat })
        {
            throw new InvalidDataException(
                $"The record of restore '{name}' has format {record?.Format}; this server reads format {KnownFormat}. Use a newer server.");
        }

        return Enum.IsDefined(record.State) && record.Intent is not { IsWhole: false }
            ? record
            : throw new InvalidDataException($"The record of restore '{name}' cannot be read: it has no known state, or an intent without classes.");
    }

    /// <summary>The stored form.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, RestoreJson.Default.RestoreRecord);
}
