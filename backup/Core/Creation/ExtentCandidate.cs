namespace Basalt.Backup.Creation;

/// <summary>An object that may hold a wanted extent, unless a collector condemned it or it is gone.</summary>
/// <param name="Key">The object.</param>
/// <param name="StoredLength">Bytes of the object.</param>
/// <param name="IsVouchedFor">Whether a complete backup has it. What a failed one left has to show its header first.</param>
internal readonly record struct ExtentCandidate(string Key, long StoredLength, bool IsVouchedFor);
