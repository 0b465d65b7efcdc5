namespace Basalt.Engine;

/// <summary>How <see cref="DatabaseRepairer"/> repairs a database.</summary>
public sealed record RepairOptions
{
    /// <summary>Whether only to say what would be done, and what would be lost. Nothing is written then.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Codec of the data blocks that are written anew. LZ4 unless told.</summary>
    public CompressionKind Compression { get; init; } = CompressionKind.Lz4;

    /// <summary>Clock of the name of the folder for what is set aside, for tests. The system's unless told.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How to look for damage.</summary>
    public InspectionOptions Inspection { get; init; } = new();
}
