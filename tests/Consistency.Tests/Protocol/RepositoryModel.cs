namespace Basalt.Consistency.Tests.Protocol;

/// <summary>Backups, collectors, a restore, a janitor and deletions in one repository; every store operation is one step.</summary>
internal sealed class RepositoryModel : IModel<RepositoryState>
{
    private readonly Configuration _configuration;
    private readonly Names _names;
    private readonly AttemptProgram _attempt;
    private readonly CollectorProgram _collector;
    private readonly RestoreProgram _restore;

    public RepositoryModel(Configuration configuration)
    {
        _configuration = configuration;
        _names = new Names(configuration);
        _attempt = new AttemptProgram(configuration, _names);
        _restore = new RestoreProgram(configuration, _names);
        _collector = new CollectorProgram(configuration, _names, _restore);
    }

    /// <summary>One committed backup that uploaded everything itself; B may have failed already.</summary>
    public RepositoryState Initial
    {
        get
        {
            var state = new RepositoryState { Data = _names.MadeBy(0) };
            state.Attempts[0] = new RepositoryState.Attempt { Next = _attempt.End, Outcome = Outcome.Committed };
            if (_configuration.BeginsWithDeadB)
            {
                state.Attempts[1] = new RepositoryState.Attempt
                {
                    Next = _attempt.BeforePut,
                    Sources = 0b0101,
                    Journal = _names.MadeBy(1),
                    Outcome = Outcome.Failed,
                };
            }

            return state;
        }
    }

    public void Expand(in RepositoryState state, StepList<RepositoryState> steps)
    {
        for (int attempt = 0; attempt <= _configuration.Backups; attempt++)
        {
            _attempt.Expand(state, attempt, steps);
            ExpandSurroundings(state, attempt, steps);
        }

        for (int collector = 0; collector < _configuration.Collectors; collector++)
        {
            _collector.Expand(state, collector, steps);
        }

        if (_configuration.Restores)
        {
            _restore.Expand(state, steps);
        }
    }

    public string? Violation(in RepositoryState state)
    {
        for (int attempt = 0; attempt <= _configuration.Backups; attempt++)
        {
            ref readonly RepositoryState.Attempt backup = ref state.Attempts[attempt];
            if (backup is { Outcome: Outcome.Committed, IsTombstoned: false } && Missing(state, _names.Manifest(backup)) is var missing and not 0)
            {
                return $"the committed backup {AttemptProgram.Actor(attempt)} has lost {Names.Describe(missing)}";
            }
        }

        return Missing(state, _restore.Needed(state)) is var lost and not 0 ? $"the restore cannot read {Names.Describe(lost)}" : null;
    }

    public string Describe(in RepositoryState state)
    {
        var text = new List<string> { $"objects {Names.Describe(state.Data)}" };
        for (int attempt = 0; attempt <= _configuration.Backups; attempt++)
        {
            RepositoryState.Attempt backup = state.Attempts[attempt];
            string outcome = $"{(backup.Outcome == Outcome.None ? "open" : backup.Outcome)}{(backup.IsTombstoned ? " (tombstone)" : "")}";
            string wants = backup.Next == 0 ? "" : $" wants {Names.Describe(_names.Manifest(backup))}";
            string journal = backup.Journal == 0 ? "" : $" journal {Names.Describe(backup.Journal)}";
            text.Add($"{AttemptProgram.Actor(attempt)}: {outcome}{wants}{journal}");
        }

        for (int collector = 0; collector < _configuration.Collectors; collector++)
        {
            RepositoryState.Plan plan = state.Plans[collector];
            string keys = state.Collectors[collector].Keys == 0 ? "" : $" holds {Names.Describe(state.Collectors[collector].Keys)}";
            string written = plan.Exists ? $" plan {Names.Describe(plan.Keys)}{(plan.IsDone ? " done" : "")}" : "";
            text.Add($"G{collector + 1}:{keys}{written}");
        }

        return string.Join(" | ", text);
    }

    private static int Missing(in RepositoryState state, int names) => names & ~state.Data;

    // What happens to an attempt from outside.
    private void ExpandSurroundings(in RepositoryState state, int attempt, StepList<RepositoryState> steps)
    {
        ref readonly RepositoryState.Attempt backup = ref state.Attempts[attempt];
        if (_configuration.HasJanitor && backup is { Outcome: Outcome.None, Next: > 0 })
        {
            RepositoryState next = state;
            next.Attempts[attempt].Outcome = Outcome.Failed;
            steps.Add(next, "janitor", $"declares {AttemptProgram.Actor(attempt)} dead");
        }

        if (!_configuration.HasJanitor && backup is { Outcome: Outcome.None, Next: > 0 })
        {
            RepositoryState next = state;
            next.Attempts[attempt].Outcome = Outcome.Failed;
            next.Attempts[attempt].Next = _attempt.End;
            steps.Add(next, AttemptProgram.Actor(attempt), "cancels itself");
        }

        if (backup is { Outcome: Outcome.Committed, IsTombstoned: false } && (attempt == 0 || _configuration.DeletesNewBackups))
        {
            RepositoryState next = state;
            next.Attempts[attempt].IsTombstoned = true;
            steps.Add(next, "user", $"deletes {AttemptProgram.Actor(attempt)}");
        }

        for (int content = 0; _configuration.RepeatsPuts && content < _configuration.Extents; content++)
        {
            byte name = _names.Of(attempt, content);
            if ((state.Data & name) == 0 && _attempt.HasPut(backup, attempt, content))
            {
                RepositoryState next = state;
                next.Data |= name;
                steps.Add(next, "store", $"carries out a PUT of {Names.Describe(name)} again");
            }
        }
    }
}
