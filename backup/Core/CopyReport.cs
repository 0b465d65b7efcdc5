namespace Basalt.Backup;

/// <summary>What a copy did.</summary>
public sealed record CopyReport
{
    /// <summary>The backup as the target describes it.</summary>
    public required BackupSummary Backup { get; init; }

    /// <summary>Extents and packs copied.</summary>
    public required int ObjectsCopied { get; init; }

    /// <summary>Bytes copied.</summary>
    public required long BytesCopied { get; init; }

    /// <summary>Objects that the target had already.</summary>
    public required int ObjectsPresent { get; init; }
}
