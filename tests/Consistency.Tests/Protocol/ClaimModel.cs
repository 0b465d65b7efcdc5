namespace Basalt.Consistency.Tests.Protocol;

/// <summary>
/// Two coordinators, a user who cancels and a janitor, where every write overwrites. Claims have unique names; whoever writes one and then
/// sees another withdraws, so that the one who goes on is alone and its outcome needs no condition.
/// </summary>
internal sealed class ClaimModel(ClaimRule removed) : IModel<ClaimState>
{
    public const string WriteClaim = "writes its claim";
    public const string Proceed = "sees no foreign claim and goes on";
    public const string DecideForOther = "writes an outcome for the coordinator";
    public const string TakeOver = "continues the attempt of the other";
    public const string Arrive = "carries out a put that it had said to have failed";
    public const string EndAfterRestart = "ends the attempt after a restart";

    public ClaimState Initial => new() { FirstNext = FirstStep, SecondNext = FirstStep };

    private CoordinatorStep FirstStep => Keeps(ClaimRule.WriteBeforeList) ? CoordinatorStep.WriteClaim : CoordinatorStep.ListClaims;

    public void Expand(in ClaimState state, StepList<ClaimState> steps)
    {
        Coordinate(state, 0, steps);
        Coordinate(state, 1, steps);
        ArriveLate(state, 0, state.FirstTried, steps);
        ArriveLate(state, 1, state.SecondTried, steps);
        if (!state.IsCancelRequested)
        {
            steps.Add(state with { IsCancelRequested = true }, "user", "asks the coordinators to cancel");
        }

        if (!Keeps(ClaimRule.CancelThroughCoordinator))
        {
            DecideForOthers(state, "user", steps);
        }

        if (!Keeps(ClaimRule.NoJanitor))
        {
            DecideForOthers(state, "janitor", steps);
        }
    }

    public string? Violation(in ClaimState state) =>
        state.IsOverturned ? "a decision was overwritten by another"
        : state.Proceeded == 3 ? "two coordinators went on with one attempt"
        : null;

    public string Describe(in ClaimState state) =>
        $"claims {state.Claims:b2}, went on {state.Proceeded:b2}, outcome {state.Outcome}{(state.IsCancelRequested ? ", cancel asked" : "")}";

    private bool Keeps(ClaimRule rule) => (removed & rule) == 0;

    private void Coordinate(in ClaimState state, int self, StepList<ClaimState> steps)
    {
        byte own = (byte)(1 << self);
        string actor = self == 0 ? "X" : "Y";
        CoordinatorStep step = self == 0 ? state.FirstNext : state.SecondNext;
        if (step == CoordinatorStep.ListClaims && Keeps(ClaimRule.WriteBeforeList))
        {
            Go(state, CoordinatorStep.Recover, "stops and is started again");
        }

        switch (step)
        {
            case CoordinatorStep.WriteClaim:
                CoordinatorStep afterClaim = Keeps(ClaimRule.WriteBeforeList) ? CoordinatorStep.ListClaims : CoordinatorStep.Transfer;
                Go(state with { Claims = (byte)(state.Claims | own) }, afterClaim, WriteClaim);
                break;
            case CoordinatorStep.Recover when (state.Claims & ~own) != 0 && Keeps(ClaimRule.RecoverAlone):
                Go(state with { Claims = (byte)(state.Claims & ~own) }, CoordinatorStep.End, "withdraws its claim after a restart");
                break;
            case CoordinatorStep.Recover:
                Go(state, CoordinatorStep.EndAttempt, "looks for foreign claims after a restart");
                break;
            case CoordinatorStep.EndAttempt:
                Go(
                    Overwrite(state, Outcome.Failed) with { IsOverturned = state.IsOverturned || (state.Proceeded & ~own) != 0 },
                    CoordinatorStep.End,
                    EndAfterRestart);
                break;
            case CoordinatorStep.ListClaims when (state.Claims & ~own) != 0 && Keeps(ClaimRule.WithdrawFromForeignClaim):
                Go(state, CoordinatorStep.Withdraw, "sees a foreign claim");
                break;
            case CoordinatorStep.ListClaims when Keeps(ClaimRule.WriteBeforeList):
                Go(state, CoordinatorStep.Transfer, Proceed);
                break;
            case CoordinatorStep.ListClaims:
                Go(state, CoordinatorStep.WriteClaim, "sees no claim");
                break;
            case CoordinatorStep.Withdraw:
                // Backs off and comes again; it may also stop here and leave its claim.
                Go(state with { Claims = (byte)(state.Claims & ~own) }, FirstStep, "removes its claim");
                break;
            case CoordinatorStep.Transfer:
                if (!Keeps(ClaimRule.NoTakeover) && self == 0 && state.SecondNext != CoordinatorStep.End)
                {
                    steps.Add(state with { SecondNext = CoordinatorStep.Transfer, Proceeded = 3 }, "Y", TakeOver);
                }

                Go(state, CoordinatorStep.CheckOutcome, "has transferred");
                break;
            case CoordinatorStep.CheckOutcome:
                Go(state, state.Outcome == Outcome.None ? CoordinatorStep.Decide : CoordinatorStep.End, "looks for an outcome");
                break;
            case CoordinatorStep.Decide:
                Outcome tried = self == 0 ? state.FirstTried : state.SecondTried;
                Outcome decision = tried != Outcome.None
                    ? Keeps(ClaimRule.HoldOnToDecision) ? tried : Outcome.Failed
                    : state.IsCancelRequested ? Outcome.Failed : Outcome.Committed;
                Go(Overwrite(state, decision), CoordinatorStep.End, $"writes the outcome {decision}");
                if (tried == Outcome.None)
                {
                    ClaimState failed = state with { Late = (byte)(state.Late | own) };
                    Go(
                        self == 0 ? failed with { FirstTried = decision } : failed with { SecondTried = decision },
                        CoordinatorStep.CheckOutcome,
                        $"is told that its outcome {decision} was not stored");
                }

                break;
        }

        void Go(ClaimState next, CoordinatorStep to, string action)
        {
            next.Proceeded |= to == CoordinatorStep.Transfer ? own : (byte)0;
            steps.Add(self == 0 ? next with { FirstNext = to } : next with { SecondNext = to }, actor, action);
        }
    }

    private static void ArriveLate(in ClaimState state, int self, Outcome tried, StepList<ClaimState> steps)
    {
        byte own = (byte)(1 << self);
        if ((state.Late & own) != 0)
        {
            steps.Add(Overwrite(state, tried) with { Late = (byte)(state.Late & ~own) }, "store", Arrive);
        }
    }

    private static void DecideForOthers(in ClaimState state, string actor, StepList<ClaimState> steps)
    {
        if (state.StrangerSawNone)
        {
            steps.Add(Overwrite(state, Outcome.Failed) with { StrangerSawNone = false }, actor, DecideForOther);
        }
        else if (state is { Outcome: Outcome.None, Claims: not 0 })
        {
            steps.Add(state with { StrangerSawNone = true }, actor, "sees a claim without an outcome");
        }
    }

    private static ClaimState Overwrite(in ClaimState state, Outcome outcome) => state with
    {
        Outcome = outcome,
        IsOverturned = state.IsOverturned || (state.Outcome != Outcome.None && state.Outcome != outcome),
    };
}
