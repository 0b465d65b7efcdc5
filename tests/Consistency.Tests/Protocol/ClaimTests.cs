using Xunit.Abstractions;

namespace Basalt.Consistency.Tests.Protocol;

/// <summary>Who owns an attempt in a store that cannot create an object only if it is absent.</summary>
public sealed class ClaimTests(ITestOutputHelper output)
{
    private const int Bound = 100_000;

    [Fact]
    public void Claims_UnderAllInterleavings_LetOneCoordinatorGoOnAndDecideOnce()
    {
        Exploration found = Exploration.Of(new ClaimModel(ClaimRule.None), Bound);

        output.WriteLine($"{found.States} states");
        Assert.True(found.Counterexample is null, $"{found.Counterexample}");
        Assert.True(found.IsComplete);
        Assert.InRange(found.States, 50, Bound);
    }

    [Theory]
    [InlineData(nameof(ClaimRule.WriteBeforeList), ClaimModel.WriteClaim)]
    [InlineData(nameof(ClaimRule.WithdrawFromForeignClaim), ClaimModel.Proceed)]
    [InlineData(nameof(ClaimRule.CancelThroughCoordinator), ClaimModel.DecideForOther)]
    [InlineData(nameof(ClaimRule.NoJanitor), ClaimModel.DecideForOther)]
    [InlineData(nameof(ClaimRule.NoTakeover), ClaimModel.TakeOver)]
    [InlineData(nameof(ClaimRule.HoldOnToDecision), ClaimModel.Arrive)]
    [InlineData(nameof(ClaimRule.RecoverAlone), ClaimModel.EndAfterRestart)]
    public void Claims_WithoutOneRule_AreOverruled(string rule, string lastAction)
    {
        Exploration found = Exploration.Of(new ClaimModel(Enum.Parse<ClaimRule>(rule)), Bound);

        output.WriteLine($"{found.Counterexample}");
        Assert.NotNull(found.Counterexample);
        Assert.Equal(lastAction, found.Counterexample.Steps[^1].Action);
    }
}
