namespace Basalt.Backup;

/// <summary>How far a verification or a copy has come.</summary>
/// <param name="ObjectsTotal">Objects to go through.</param>
/// <param name="ObjectsDone">Objects done.</param>
/// <param name="BytesTotal">Bytes to read.</param>
/// <param name="BytesDone">Bytes read.</param>
public readonly record struct TransferProgress(int ObjectsTotal, int ObjectsDone, long BytesTotal, long BytesDone);
