namespace Basalt.Backup.Documents;

/// <summary>Sizes of a node's part of a backup, or of all of it.</summary>
internal sealed record TotalsEntry
{
    public static readonly TotalsEntry Zero = new();

    public int Files { get; init; }

    public long LogicalBytes { get; init; }

    public long UploadedBytes { get; init; }

    public long ReusedBytes { get; init; }

    public int ExtentsNew { get; init; }

    public int ExtentsReused { get; init; }

    public static TotalsEntry operator +(TotalsEntry left, TotalsEntry right) => new()
    {
        Files = left.Files + right.Files,
        LogicalBytes = left.LogicalBytes + right.LogicalBytes,
        UploadedBytes = left.UploadedBytes + right.UploadedBytes,
        ReusedBytes = left.ReusedBytes + right.ReusedBytes,
        ExtentsNew = left.ExtentsNew + right.ExtentsNew,
        ExtentsReused = left.ExtentsReused + right.ExtentsReused,
    };
}
