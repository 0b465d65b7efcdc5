namespace Basalt.Consistency.Tests.Protocol;

/// <summary>One attempt number that two coordinators want.</summary>
internal record struct ClaimState
{
    /// <summary>What the two do next.</summary>
    public CoordinatorStep FirstNext;
    public CoordinatorStep SecondNext;

    /// <summary>Whether each one's claim is in the store; bits.</summary>
    public byte Claims;

    /// <summary>Who has ever gone on with the attempt; bits.</summary>
    public byte Proceeded;

    /// <summary>The outcome in the store.</summary>
    public Outcome Outcome;

    /// <summary>What each one tried to store when the store said that it failed.</summary>
    public Outcome FirstTried;
    public Outcome SecondTried;

    /// <summary>Which of these tries may still arrive; bits.</summary>
    public byte Late;

    /// <summary>Whether the store has held another outcome before, or one was decided for somebody else.</summary>
    public bool IsOverturned;

    public bool IsCancelRequested;

    /// <summary>Whether a stranger has looked and saw the attempt undecided.</summary>
    public bool StrangerSawNone;
}
