namespace Basalt.Consistency.Tests.Protocol;

/// <summary>A backup, step by step. Steps that would do nothing are left out: no one could tell.</summary>
internal sealed class AttemptProgram
{
    private readonly Configuration _configuration;
    private readonly Names _names;
    private readonly AttemptStep[] _steps;

    public AttemptProgram(Configuration configuration, Names names)
    {
        _configuration = configuration;
        _names = names;
        _steps = Order(configuration);
    }

    /// <summary>An attempt that has ended.</summary>
    public byte End => (byte)(_steps.Length - 1);

    /// <summary>An attempt that has journaled all its names and is about to store the first.</summary>
    public byte BeforePut => (byte)Array.IndexOf(_steps, AttemptStep.PutFirst);

    public void Expand(in RepositoryState state, int self, StepList<RepositoryState> steps)
    {
        RepositoryState next = state;
        ref RepositoryState.Attempt attempt = ref next.Attempts[self];
        switch (_steps[attempt.Next])
        {
            case AttemptStep.Choose:
                Choose(state, self, content: 0, steps);
                return;
            case AttemptStep.JournalReuse:
                attempt.Journal |= (byte)(_names.Manifest(attempt) & ~_names.Uploads(attempt, self));
                Finish(next, self, "journals the names to reuse", steps);
                return;
            case AttemptStep.ReadPlans:
                TakeOnly(ref attempt, self, ~Condemned(state));
                Finish(next, self, "reads the plans", steps);
                return;
            case AttemptStep.CheckSources:
                TakeOnly(ref attempt, self, Lent(state, self));
                Finish(next, self, "checks again who vouches for the names", steps);
                return;
            case AttemptStep.CheckExistence:
                TakeOnly(ref attempt, self, state.Data);
                Finish(next, self, "lists the objects", steps);
                return;
            case AttemptStep.JournalUploads:
                attempt.Journal |= _names.Uploads(attempt, self);
                Finish(next, self, "journals the new names", steps);
                return;
            case AttemptStep.PutFirst:
                next.Data |= (byte)(_names.Uploads(attempt, self) & _names.Of(self, 0));
                Finish(next, self, "stores its first object", steps);
                return;
            case AttemptStep.PutSecond:
                next.Data |= (byte)(_names.Uploads(attempt, self) & _names.Of(self, 1));
                Finish(next, self, "stores its second object", steps);
                return;
            case AttemptStep.Decide when attempt.Outcome == Outcome.None || !_configuration.Keeps(Rule.OutcomeIsCreatedOnce):
                attempt.Outcome = Outcome.Committed;
                Finish(next, self, Actions.Commit, steps);
                return;
            case AttemptStep.Decide:
                attempt.Next = End;
                steps.Add(next, Actor(self), "finds the outcome decided");
                return;
            case AttemptStep.RemoveJournal:
                attempt.Journal = Names.None;
                Finish(next, self, "removes its journals", steps);
                return;
        }
    }

    /// <summary>Whether the PUT of the attempt's own upload of a content was sent.</summary>
    public bool HasPut(in RepositoryState.Attempt attempt, int self, int content) =>
        Names.Source(attempt, content) == self && attempt.Next > Array.IndexOf(_steps, content == 0 ? AttemptStep.PutFirst : AttemptStep.PutSecond);

    public static string Actor(int attempt) => attempt switch { 0 => "old", 1 => "B", _ => "C" };

    private static AttemptStep[] Order(Configuration configuration)
    {
        List<AttemptStep> steps =
        [
            AttemptStep.Choose, AttemptStep.JournalReuse, AttemptStep.ReadPlans, AttemptStep.CheckSources, AttemptStep.CheckExistence,
            AttemptStep.JournalUploads, AttemptStep.PutFirst, AttemptStep.PutSecond, AttemptStep.Decide, AttemptStep.RemoveJournal,
            AttemptStep.End,
        ];
        if (!configuration.Keeps(Rule.JournalBeforeReadingPlans))
        {
            Move(AttemptStep.JournalReuse, after: AttemptStep.CheckExistence);
        }

        if (!configuration.Keeps(Rule.CheckExistenceAfterPlans))
        {
            Move(AttemptStep.CheckExistence, after: AttemptStep.JournalReuse);
        }

        if (!configuration.Keeps(Rule.JournalBeforePut))
        {
            Move(AttemptStep.JournalUploads, after: AttemptStep.PutSecond);
        }

        if (!configuration.Keeps(Rule.ReadPlansBeforeReuse))
        {
            steps.Remove(AttemptStep.ReadPlans);
        }

        if (!configuration.Keeps(Rule.CheckSourcesAfterPlans))
        {
            steps.Remove(AttemptStep.CheckSources);
        }

        return [.. steps];

        void Move(AttemptStep step, AttemptStep after)
        {
            steps.Remove(step);
            steps.Insert(steps.IndexOf(after) + 1, step);
        }
    }

    // Each content from any attempt whose name for it someone lends, or uploaded anew.
    private void Choose(in RepositoryState state, int self, int content, StepList<RepositoryState> steps)
    {
        if (content == _configuration.Extents)
        {
            Finish(state, self, "begins and chooses names to reuse", steps);
            return;
        }

        for (int from = 0; from <= _configuration.Backups; from++)
        {
            if (from == self || (Lent(state, self) & _names.Of(from, content)) != 0)
            {
                RepositoryState next = state;
                Names.Take(ref next.Attempts[self], content, from);
                Choose(next, self, content + 1, steps);
            }
        }
    }

    private void Finish(RepositoryState next, int self, string action, StepList<RepositoryState> steps)
    {
        ref RepositoryState.Attempt attempt = ref next.Attempts[self];
        byte uploads = _names.Uploads(attempt, self);
        bool reuses = _names.Manifest(attempt) != uploads;
        do
        {
            attempt.Next++;
        }
        while (_steps[attempt.Next] switch
        {
            AttemptStep.JournalReuse or AttemptStep.ReadPlans or AttemptStep.CheckSources or AttemptStep.CheckExistence => !reuses,
            AttemptStep.JournalUploads => uploads == Names.None,
            AttemptStep.PutFirst => (uploads & _names.Of(self, 0)) == 0,
            AttemptStep.PutSecond => (uploads & _names.Of(self, 1)) == 0,
            _ => false,
        });
        steps.Add(next, Actor(self), action);
    }

    // Uploads anew what is taken from elsewhere under a name that is not allowed.
    private void TakeOnly(ref RepositoryState.Attempt attempt, int self, int allowed)
    {
        for (int content = 0; content < _configuration.Extents; content++)
        {
            int source = Names.Source(attempt, content);
            if (source != self && (_names.Of(source, content) & allowed) == 0)
            {
                Names.Take(ref attempt, content, self);
            }
        }
    }

    // What committed backups refer to, and what failed attempts meant to upload.
    private byte Lent(in RepositoryState state, int self)
    {
        byte names = Names.None;
        for (int other = 0; other <= _configuration.Backups; other++)
        {
            ref readonly RepositoryState.Attempt attempt = ref state.Attempts[other];
            if (other != self && !attempt.IsTombstoned)
            {
                names |= attempt.Outcome switch
                {
                    Outcome.Committed => _names.Manifest(attempt),
                    Outcome.Failed when _configuration.ReusesFailedUploads => (byte)(attempt.Journal & _names.MadeBy(other)),
                    _ => Names.None,
                };
            }
        }

        return names;
    }

    private byte Condemned(in RepositoryState state)
    {
        byte names = Names.None;
        foreach (RepositoryState.Plan plan in state.Plans)
        {
            names |= plan.IsDone && !_configuration.Keeps(Rule.FinishedPlansForbid) ? Names.None : plan.Keys;
        }

        return names;
    }
}
