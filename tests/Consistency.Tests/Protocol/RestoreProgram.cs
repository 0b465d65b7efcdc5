namespace Basalt.Consistency.Tests.Protocol;

/// <summary>A restore of any committed backup, step by step.</summary>
internal sealed class RestoreProgram(Configuration configuration, Names names)
{
    private const int First = 0;
    private const int Second = 1;
    private const int Reads = 2;
    private const int End = 3;

    private bool PinsFirst => configuration.Keeps(Rule.PinBeforeTombstone);

    public void Expand(in RepositoryState state, StepList<RepositoryState> steps)
    {
        switch (state.Restore.Next)
        {
            case First:
                for (int target = 0; target <= configuration.Backups; target++)
                {
                    if (state.Attempts[target].Outcome == Outcome.Committed)
                    {
                        Step(state, target, PinsFirst, steps);
                    }
                }

                break;
            case Second:
                Step(state, state.Restore.Target, !PinsFirst, steps);
                break;
            case Reads:
                RepositoryState next = state;
                next.Restore = new RepositoryState.RestoreRun { Next = End };
                steps.Add(next, "restore", "has read everything and unpins");
                break;
        }
    }

    /// <summary>The names that a pin keeps.</summary>
    public byte Pinned(in RepositoryState state) => state.Restore.Next == Reads || (state.Restore.Next == Second && PinsFirst)
        ? names.Manifest(state.Attempts[state.Restore.Target])
        : Names.None;

    /// <summary>The names that it relies on.</summary>
    public byte Needed(in RepositoryState state) =>
        state.Restore.Next == Reads ? names.Manifest(state.Attempts[state.Restore.Target]) : Names.None;

    private static void Step(RepositoryState next, int target, bool pins, StepList<RepositoryState> steps)
    {
        bool isRefused = !pins && next.Attempts[target].IsTombstoned;
        next.Restore = isRefused
            ? new RepositoryState.RestoreRun { Next = End }
            : new RepositoryState.RestoreRun { Next = (byte)(next.Restore.Next + 1), Target = (byte)target };
        steps.Add(next, "restore", pins ? Actions.Pin : isRefused ? "finds a tombstone and unpins" : Actions.CheckTombstone);
    }
}
