namespace Basalt.Backup.Documents;

/// <summary>An object that an attempt needs.</summary>
/// <param name="Id">The content id.</param>
/// <param name="Key">The object.</param>
/// <param name="Mode"><see cref="New"/> or <see cref="Reuse"/>.</param>
internal sealed record JournalEntry(string Id, string Key, string Mode)
{
    public const string New = "new";
    public const string Reuse = "reuse";
}
