namespace Basalt.Backup.Documents;

/// <summary>A range of a pack's payload.</summary>
internal sealed record PackSlice(string Key, long Off, long Len);
