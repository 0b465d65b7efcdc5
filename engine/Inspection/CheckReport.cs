namespace Basalt.Engine;

/// <summary>What <see cref="DatabaseInspector"/> found.</summary>
public sealed record CheckReport
{
    /// <summary>The directory.</summary>
    public required string Directory { get; init; }

    /// <summary>Identity of the database, if it could be read.</summary>
    public Guid? DatabaseId { get; init; }

    /// <summary>Every damaged place, up to <see cref="InspectionOptions.MaxListed"/> of them.</summary>
    public required IReadOnlyList<Damage> Damage { get; init; }

    /// <summary>Damaged places, listed or not.</summary>
    public required long DamageCount { get; init; }

    /// <summary>What is worth knowing and no damage: files that the next open removes, a log that a crash tore.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Keyspaces that the manifest lists.</summary>
    public int Keyspaces { get; init; }

    /// <summary>Segments that the manifest lists.</summary>
    public int Segments { get; init; }

    /// <summary>Batches read from the write-ahead log.</summary>
    public long LogRecords { get; init; }

    /// <summary>Bytes read.</summary>
    public long BytesRead { get; init; }

    /// <summary>Whether everything is as it was written.</summary>
    public bool IsGood => DamageCount == 0;
}
