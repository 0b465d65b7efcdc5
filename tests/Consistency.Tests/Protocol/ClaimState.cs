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

    /// <summary>Whether the store has held another outcome before.</summary>
    public bool IsOverturned;

    public bool IsCancelRequested;

    /// <summary>Whether a stranger has looked and saw the attempt undecided.</summary>
    public bool StrangerSawNone;
}
