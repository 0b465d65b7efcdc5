using Basalt.Server.Demo;
using Basalt.Server.Demo.Display;
using Basalt.Server.Demo.Steps;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Demo;

public sealed class TransferWaitTests
{
    [Fact]
    public async Task ForSuccessAsync_WhenItSucceeds_ShowsEachStatusInOrder()
    {
        List<string> seen = [];

        TransferStatus last = await WaitAsync(["STARTED", "TRANSFERRING", "TRANSFERRED", "SUCCESS", "FAILED"], seen);

        Assert.True(last.IsSuccess);
        Assert.Equal(["STARTED", "TRANSFERRING", "TRANSFERRED", "SUCCESS"], seen);
    }

    [Theory]
    [InlineData("FAILED")]
    [InlineData("CANCELED")]
    public async Task ForSuccessAsync_WhenItEndsOtherwise_TellsStateAndReason(string state)
    {
        DemoFailureException error = await Assert.ThrowsAsync<DemoFailureException>(() => WaitAsync(["STARTED", state], []));

        Assert.Contains($"The thing ended as {state}: the reason", error.Message, StringComparison.Ordinal);
    }

    private static async Task<TransferStatus> WaitAsync(string[] states, List<string> seen)
    {
        using TextConsole console = new();
        Queue<string> coming = new(states);
        return await TransferWait.ForSuccessAsync(
            "The thing",
            _ => Task.FromResult(new TransferStatus { State = coming.Dequeue(), Error = "the reason" }),
            status =>
            {
                seen.Add(status.State);
                return Task.CompletedTask;
            },
            new PlainProgress(console.Console, "Wait", new TurnedClock()),
            CancellationToken.None);
    }
}
