using System.Text.Json;

namespace Basalt.Server.Demo;

/// <summary>How far a backup or a restore has come, as the API tells it.</summary>
internal sealed record TransferStatus
{
    /// <summary>The state's word.</summary>
    public required string State { get; init; }

    /// <summary>Why it did not succeed.</summary>
    public string? Error { get; init; }

    /// <summary>Bytes of all files concerned; 0 while unknown.</summary>
    public long BytesTotal { get; init; }

    /// <summary>Of these, bytes that need no more work.</summary>
    public long BytesDone { get; init; }

    /// <summary>Of these, bytes that an earlier backup had stored.</summary>
    public long BytesReused { get; init; }

    /// <summary>How long writers were held for the cut; null if the server does not tell.</summary>
    public TimeSpan? CutPause { get; init; }

    public bool IsSuccess => State == "SUCCESS";

    /// <summary>Whether the state will not change any more.</summary>
    public bool IsFinal => State is "SUCCESS" or "FAILED" or "CANCELED";

    /// <summary>Whether the job has read what it is going to copy, so that later writes can no longer get in.</summary>
    public bool IsPastTheCut => State is not "STARTED";

    /// <exception cref="InvalidDataException">There is no status in it.</exception>
    public static TransferStatus Read(JsonElement document)
    {
        double? cutMicroseconds = Number(document, "cutMicroseconds");
        return new TransferStatus
        {
            State = Text(document, "status") ?? throw new InvalidDataException($"A status has no member 'status': {document.GetRawText()}"),
            Error = Text(document, "error"),
            BytesTotal = (long)(Number(document, "bytesTotal") ?? 0),
            BytesDone = (long)(Number(document, "bytesDone") ?? 0),
            BytesReused = (long)(Number(document, "bytesReused") ?? 0),
            CutPause = cutMicroseconds is { } pause ? TimeSpan.FromMicroseconds(pause) : null,
        };
    }

    private static string? Text(JsonElement document, string name) =>
        document.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static double? Number(JsonElement document, string name) =>
        document.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Number ? member.GetDouble() : null;
}
