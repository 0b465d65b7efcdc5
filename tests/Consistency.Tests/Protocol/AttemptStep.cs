namespace Basalt.Consistency.Tests.Protocol;

/// <summary>What a backup does, one store operation each.</summary>
internal enum AttemptStep : byte
{
    Choose,
    JournalReuse,
    ReadPlans,
    CheckSources,
    CheckExistence,
    JournalUploads,
    PutFirst,
    PutSecond,
    Decide,
    RemoveJournal,
    End,
}
