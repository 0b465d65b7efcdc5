namespace Basalt.Consistency.Tests.Protocol;

/// <summary>What a collector does, one store operation each.</summary>
internal enum CollectorStep : byte
{
    ListPlans,
    ListData,
    ReadJournals,
    ReadOutcomes,
    ReadOutcomeOfC,
    ReadOutcomeOfB,
    ReadOutcomeOfOld,
    ReadPins,
    WritePlan,
    Delete,
    WriteDone,
    RetireFailedAttempts,
    Prune,
    End,
}
