namespace Basalt.Consistency.Tests.Protocol;

/// <summary>
/// A collector's one cycle, step by step: with a plan of its own or with the unfinished plan of another. A collector that stops for long
/// and goes on is the zombie deleter; one that stops for good has crashed.
/// </summary>
internal sealed class CollectorProgram
{
    private readonly Configuration _configuration;
    private readonly Names _names;
    private readonly RestoreProgram _restore;
    private readonly CollectorStep[] _steps;
    private readonly int _writePlan;

    public CollectorProgram(Configuration configuration, Names names, RestoreProgram restore)
    {
        _configuration = configuration;
        _names = names;
        _restore = restore;
        CollectorStep[] lists = configuration.Keeps(Rule.ListPlansBeforeData)
            ? [CollectorStep.ListPlans, CollectorStep.ListData]
            : [CollectorStep.ListData, CollectorStep.ListPlans];
        CollectorStep[] outcomes = configuration.ReadsOutcomesOneByOne
            ? [CollectorStep.ReadOutcomeOfC, CollectorStep.ReadOutcomeOfB, CollectorStep.ReadOutcomeOfOld]
            : [CollectorStep.ReadOutcomes];
        CollectorStep[] references = configuration.Keeps(Rule.ReadJournalsBeforeOutcomes)
            ? [CollectorStep.ReadJournals, .. outcomes, CollectorStep.ReadPins]
            : [.. outcomes, CollectorStep.ReadJournals, CollectorStep.ReadPins];
        CollectorStep[] again = configuration.Keeps(Rule.ReadReferencesAfterPlan) ? references : [];
        CollectorStep[] retire = configuration.Keeps(Rule.RetireFailedAttemptsBeforePruning) ? [CollectorStep.RetireFailedAttempts] : [];
        CollectorStep[] prune = configuration.Prunes ? [.. retire, CollectorStep.Prune] : [];
        _steps =
        [
            .. lists, .. references, CollectorStep.WritePlan, .. again, CollectorStep.Delete, CollectorStep.WriteDone, .. prune,
            CollectorStep.End,
        ];
        _writePlan = Array.IndexOf(_steps, CollectorStep.WritePlan);
    }

    public void Expand(in RepositoryState state, int self, StepList<RepositoryState> steps)
    {
        RepositoryState next = state;
        ref RepositoryState.Collector collector = ref next.Collectors[self];
        if (collector.Next == 0)
        {
            Adopt(state, self, steps);
            collector.Plan = (byte)self;
        }

        switch (_steps[collector.Next])
        {
            case CollectorStep.ListPlans:
                collector.Listed = Existing(state);
                Finish(next, self, "lists the plans", steps);
                return;
            case CollectorStep.ListData:
                collector.Data = state.Data;
                Finish(next, self, "lists the objects", steps);
                return;
            case CollectorStep.ReadJournals:
                ReadJournals(state, ref collector);
                Finish(next, self, "reads the journals", steps);
                return;
            case CollectorStep.ReadOutcomes:
                ReadOutcomes(state, ref collector, first: 0, last: _configuration.Backups);
                Finish(next, self, "reads outcomes, tombstones and manifests", steps);
                return;
            case CollectorStep.ReadOutcomeOfC:
                ReadOutcomes(state, ref collector, first: 2, last: _configuration.Backups);
                Finish(next, self, "reads outcome, tombstone and manifest of C", steps);
                return;
            case CollectorStep.ReadOutcomeOfB:
                ReadOutcomes(state, ref collector, first: 1, last: 1);
                Finish(next, self, "reads outcome, tombstone and manifest of B", steps);
                return;
            case CollectorStep.ReadOutcomeOfOld:
                ReadOutcomes(state, ref collector, first: 0, last: 0);
                Finish(next, self, "reads outcome, tombstone and manifest of old", steps);
                return;
            case CollectorStep.ReadPins:
                ReadPins(state, ref collector);
                Finish(next, self, "reads the pins", steps);
                return;
            case CollectorStep.WritePlan:
                next.Plans[self].Keys = collector.Keys;
                Finish(next, self, "writes its plan", steps);
                return;
            case CollectorStep.Delete:
                Delete(next, self, steps);
                return;
            case CollectorStep.WriteDone:
                next.Plans[collector.Plan].IsDone = next.Plans[collector.Plan].Exists;
                Finish(next, self, "writes what it did", steps);
                return;
            case CollectorStep.RetireFailedAttempts:
                Retire(ref next, collector.Listed);
                Finish(next, self, "retires failed attempts", steps);
                return;
            case CollectorStep.Prune:
                Prune(state, self, steps);
                return;
        }
    }

    private static string Actor(int self) => self == 0 ? "G1" : "G2";

    private static byte Existing(in RepositoryState state) => (byte)((state.Plans[0].Exists ? 1 : 0) | (state.Plans[1].Exists ? 2 : 0));

    private static byte Keys(in RepositoryState state, int plans) =>
        (byte)(((plans & 1) != 0 ? state.Plans[0].Keys : Names.None) | ((plans & 2) != 0 ? state.Plans[1].Keys : Names.None));

    private void Adopt(in RepositoryState state, int self, StepList<RepositoryState> steps)
    {
        int other = 1 - self;
        if (state.Plans[other] is { Exists: true, IsDone: false } plan)
        {
            RepositoryState next = state;
            next.Collectors[self] = new RepositoryState.Collector
            {
                Next = (byte)_writePlan,
                Plan = (byte)other,
                Listed = Existing(state),
                Data = Names.All,
                Keys = plan.Keys,
            };
            Finish(next, self, "adopts an unfinished plan", steps);
        }
    }

    private static void ReadJournals(in RepositoryState state, ref RepositoryState.Collector collector)
    {
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            collector.Journals[attempt - 1] = state.Attempts[attempt].Journal;
            collector.References |= (collector.Undecided >> attempt & 1) != 0 ? state.Attempts[attempt].Journal : Names.None;
        }

        collector.Undecided = 0;
    }

    private void ReadOutcomes(in RepositoryState state, ref RepositoryState.Collector collector, int first, int last)
    {
        for (int attempt = first; attempt <= last; attempt++)
        {
            ref readonly RepositoryState.Attempt read = ref state.Attempts[attempt];
            if (read is { Outcome: Outcome.Committed, IsTombstoned: false })
            {
                collector.References |= _names.Manifest(read);
            }
            else if (read.Outcome == Outcome.None)
            {
                collector.References |= collector.Journals[attempt - 1];
                collector.Undecided |= (byte)(_configuration.Keeps(Rule.ReadJournalsBeforeOutcomes) ? 0 : 1 << attempt);
            }

            if (attempt > 0)
            {
                collector.Journals[attempt - 1] = Names.None;
            }
        }
    }

    private void ReadPins(in RepositoryState state, ref RepositoryState.Collector collector)
    {
        int referenced = collector.References | _restore.Pinned(state);
        if (collector.Next < _writePlan)
        {
            collector.Keys = (byte)(collector.Data & ~referenced);
            collector.Data &= (byte)(collector.Keys | Keys(state, collector.Listed));
        }
        else
        {
            collector.Keys &= (byte)~referenced;
        }

        collector.References = Names.None;
        collector.Journals = default;
    }

    private void Delete(RepositoryState next, int self, StepList<RepositoryState> steps)
    {
        ref RepositoryState.Collector collector = ref next.Collectors[self];
        byte others = (byte)~(collector.Keys & -collector.Keys);
        next.Data &= others;
        collector.Data &= others;
        collector.Keys &= others;
        if (collector.Keys == Names.None)
        {
            Finish(next, self, Actions.Delete, steps);
        }
        else
        {
            steps.Add(next, Actor(self), Actions.Delete);
        }
    }

    // A tombstone on an attempt that failed says that its uploads are no longer to be had.
    private void Retire(ref RepositoryState state, int plans)
    {
        for (int attempt = 1; attempt <= _configuration.Backups; attempt++)
        {
            bool isNamed = (_names.MadeBy(attempt) & Keys(state, plans)) != 0;
            state.Attempts[attempt].IsTombstoned |= state.Attempts[attempt].Outcome == Outcome.Failed && isNamed;
        }
    }

    private void Prune(in RepositoryState state, int self, StepList<RepositoryState> steps)
    {
        for (int plan = 0; plan <= 1; plan++)
        {
            if ((state.Collectors[self].Listed >> plan & 1) != 0 && MayPrune(state, state.Collectors[self], state.Plans[plan]))
            {
                RepositoryState next = state;
                next.Plans[plan] = default;
                SkipIdleSteps(ref next, self);
                steps.Add(next, Actor(self), "prunes a plan");
            }
        }
    }

    // Gone is what was missing in the collector's own list, what it deleted itself, and what a fresh look does not find.
    private bool MayPrune(in RepositoryState state, in RepositoryState.Collector collector, in RepositoryState.Plan plan)
    {
        byte lending = Names.None;
        for (int attempt = 1; attempt <= _configuration.Backups; attempt++)
        {
            lending |= state.Attempts[attempt] is { Outcome: Outcome.Failed, IsTombstoned: false } ? _names.MadeBy(attempt) : Names.None;
        }

        return plan.Exists
            && ((plan.Keys & collector.Data) == 0 || (plan.Keys & state.Data) == 0
                || (plan.IsDone && !_configuration.Keeps(Rule.PruneOnlyEmptiedPlans)))
            && ((plan.Keys & lending) == 0 || !_configuration.Keeps(Rule.RetireFailedAttemptsBeforePruning));
    }

    private void Finish(RepositoryState next, int self, string action, StepList<RepositoryState> steps)
    {
        next.Collectors[self].Next++;
        SkipIdleSteps(ref next, self);
        steps.Add(next, Actor(self), action);
    }

    private void SkipIdleSteps(ref RepositoryState state, int self)
    {
        ref RepositoryState.Collector collector = ref state.Collectors[self];
        if (_steps[collector.Next] == CollectorStep.WritePlan && collector.Keys == Names.None)
        {
            collector.Next = (byte)(Array.IndexOf(_steps, CollectorStep.WriteDone) + 1);
        }

        if (_steps[collector.Next] == CollectorStep.Delete && collector.Keys == Names.None)
        {
            collector.Next++;
        }

        if (_steps[collector.Next] is CollectorStep.RetireFailedAttempts or CollectorStep.Prune)
        {
            collector.Listed = (byte)((collector.Listed | 1 << collector.Plan) & Existing(state));
            collector.Next = collector.Listed == 0 ? (byte)(_steps.Length - 1) : collector.Next;
        }

        if (_steps[collector.Next] == CollectorStep.End)
        {
            collector = new RepositoryState.Collector { Next = collector.Next };
        }
        else if (!_configuration.Prunes && collector.Next > _writePlan)
        {
            collector.Data = Names.None;
            collector.Listed = 0;
        }
    }
}
