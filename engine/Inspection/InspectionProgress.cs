namespace Basalt.Engine;

/// <summary>How far an inspection or a repair came.</summary>
/// <param name="BytesTotal">Bytes to read, as far as known.</param>
/// <param name="BytesDone">Bytes read.</param>
public readonly record struct InspectionProgress(long BytesTotal, long BytesDone);
