namespace Basalt.Consistency.Tests.Protocol;

/// <summary>The configurations that are searched: for violations of the whole protocol, and for what happens without a rule.</summary>
internal static class Experiments
{
    /// <summary>
    /// The whole protocol, and how many states a search has to see: all of them in the configurations that are small enough, see README.md.
    /// Those without repeated PUTs do without the two rules that are against these.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, (Configuration Configuration, int States)> WholeProtocol =
        new Dictionary<string, (Configuration, int)>
        {
            ["B, G1, restore"] = (new() { Restores = true }, 21_527),
            ["B, G1, G2, restore"] = (Once with { Collectors = 2, Restores = true }, 1_654_990),
            ["B, C, G1, restore"] = (Once with { Backups = 2, Restores = true }, 500_000),
            ["B, C, G1, restore, one extent"] = (Once with { Backups = 2, Extents = 1, Restores = true }, 312_772),
            ["B, C, G1, restore, one extent, outcomes read one by one"] =
                (Once with { Backups = 2, Extents = 1, Restores = true, ReadsOutcomesOneByOne = true }, 483_471),
            ["B, C, G1, G2, one extent"] = (Once with { Backups = 2, Collectors = 2, Extents = 1 }, 500_000),
            ["B, C, G1, G2, restore"] = (Once with { Backups = 2, Collectors = 2, Restores = true }, 500_000),
            ["B, C, G1, one extent, no conditional creation"] =
                (Once with { Backups = 2, Extents = 1, HasJanitor = false, Removed = Once.Removed | Rule.OutcomeIsCreatedOnce }, 40_272),
            ["B, G1, G2, restore, one extent, repeated PUTs"] = (Repeated with { Collectors = 2, Extents = 1, Restores = true }, 576_820),
            ["B, C, G1, restore, one extent, repeated PUTs"] = (Repeated with { Backups = 2, Extents = 1, Restores = true }, 633_219),
            ["B, C, G1, one extent, repeated PUTs, outcomes read one by one"] =
                (Repeated with { Backups = 2, Extents = 1, ReadsOutcomesOneByOne = true }, 181_608),
            ["B, C, G1, G2, one extent, repeated PUTs"] = (Repeated with { Backups = 2, Collectors = 2, Extents = 1 }, 500_000),
            ["B, C, G1, G2, restore, repeated PUTs"] = (Repeated with { Backups = 2, Collectors = 2, Restores = true }, 500_000),
        };

    private static Configuration Once => new() { Removed = Rule.AgainstRepeatedPuts };

    private static Configuration Repeated => new() { RepeatsPuts = true };

    /// <summary>For each rule, the smallest company in which its absence shows, and the step that does the harm.</summary>
    public static (Configuration Configuration, string LastAction) Without(Rule rule)
    {
        // The two rules against repeated PUTs make up for the lack of some others; those are looked at without them.
        Configuration one = new() { Extents = 1, Removed = rule | Rule.AgainstRepeatedPuts };
        Configuration two = one with { Collectors = 2 };
        Configuration repeated = two with { RepeatsPuts = true, Removed = rule };
        return rule switch
        {
            Rule.ReadPlansBeforeReuse => (one, Actions.Delete),
            Rule.JournalBeforeReadingPlans => (one, Actions.Delete),
            Rule.JournalBeforePut => (one, Actions.Delete),
            Rule.CheckExistenceAfterPlans => (one, Actions.Commit),
            Rule.CheckSourcesAfterPlans => (repeated, Actions.Delete),
            Rule.UniqueNames => (two, Actions.Delete),
            Rule.OutcomeIsCreatedOnce => (one, Actions.Delete),
            Rule.ReadReferencesAfterPlan => (one, Actions.Delete),
            Rule.ReadJournalsBeforeOutcomes => (one, Actions.Delete),
            Rule.FinishedPlansForbid => (two, Actions.Delete),
            Rule.PruneOnlyEmptiedPlans => (two, Actions.Delete),
            Rule.ListPlansBeforeData => (WithDeadB(two), Actions.Delete),
            Rule.RetireFailedAttemptsBeforePruning => (WithDeadB(repeated), Actions.Delete),
            Rule.PinBeforeTombstone => (one with { Restores = true }, Actions.Pin),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No experiment for this rule."),
        };
    }

    // What B would do until it is dead takes a search long; it begins there.
    private static Configuration WithDeadB(Configuration configuration) =>
        configuration with { Backups = 2, DeletesNewBackups = false, BeginsWithDeadB = true };
}
