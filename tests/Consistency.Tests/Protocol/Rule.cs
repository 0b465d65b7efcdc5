namespace Basalt.Consistency.Tests.Protocol;

/// <summary>The rules of the protocol, each of which can be removed to see what it is for.</summary>
[Flags]
internal enum Rule
{
    None = 0,

    /// <summary>A backup reads all plans and reuses no name in them.</summary>
    ReadPlansBeforeReuse = 1 << 0,

    /// <summary>Names to reuse are journaled before the plans are read.</summary>
    JournalBeforeReadingPlans = 1 << 1,

    /// <summary>New names are journaled before their objects are stored.</summary>
    JournalBeforePut = 1 << 2,

    /// <summary>Whether a reused object exists is checked after the plans were read.</summary>
    CheckExistenceAfterPlans = 1 << 3,

    /// <summary>After the plans were read, a backup checks again that someone vouches for the names it reuses.</summary>
    CheckSourcesAfterPlans = 1 << 4,

    /// <summary>Each upload has a name of its own, instead of that of its content.</summary>
    UniqueNames = 1 << 5,

    /// <summary>The outcome is created if absent.</summary>
    OutcomeIsCreatedOnce = 1 << 6,

    /// <summary>A collector reads all references again after it has written its plan.</summary>
    ReadReferencesAfterPlan = 1 << 7,

    /// <summary>A collector reads journals before outcomes.</summary>
    ReadJournalsBeforeOutcomes = 1 << 8,

    /// <summary>Names in plans that are done stay forbidden.</summary>
    FinishedPlansForbid = 1 << 9,

    /// <summary>A plan is pruned only when none of its objects exists.</summary>
    PruneOnlyEmptiedPlans = 1 << 10,

    /// <summary>The plans that may be pruned are listed before the objects that are gone.</summary>
    ListPlansBeforeData = 1 << 11,

    /// <summary>A plan is pruned only when the failed attempts that made its names lend no names any more.</summary>
    RetireFailedAttemptsBeforePruning = 1 << 12,

    /// <summary>A restore pins before it looks for a tombstone.</summary>
    PinBeforeTombstone = 1 << 13,

    /// <summary>What is needed only if a PUT can take effect again after its object was deleted.</summary>
    AgainstRepeatedPuts = CheckSourcesAfterPlans | RetireFailedAttemptsBeforePruning,
}
