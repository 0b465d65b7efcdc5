using System.Text.Json;
using Basalt.Server.Demo;

namespace Basalt.Server.Tests.Demo;

public sealed class TransferStatusTests
{
    [Fact]
    public void Read_WhenEverythingIsThere_TakesIt()
    {
        TransferStatus status = Read(
            """{"status":"SUCCESS","bytesTotal":100,"bytesDone":90,"bytesReused":30,"cutMicroseconds":12.5}""");

        Assert.Equal(
            new TransferStatus
            {
                State = "SUCCESS",
                BytesTotal = 100,
                BytesDone = 90,
                BytesReused = 30,
                CutPause = TimeSpan.FromMicroseconds(12.5),
            },
            status);
        Assert.True(status is { IsSuccess: true, IsFinal: true, IsPastTheCut: true });
    }

    [Theory]
    [InlineData("STARTED", false, false)]
    [InlineData("TRANSFERRING", false, true)]
    [InlineData("TRANSFERRED", false, true)]
    [InlineData("FINALIZING", false, true)]
    [InlineData("FAILED", true, true)]
    [InlineData("CANCELED", true, true)]
    public void Read_WhenOnlyAStateIsThere_KnowsWhatItMeans(string state, bool isFinal, bool isPastTheCut)
    {
        TransferStatus status = Read($$"""{"status":"{{state}}"}""");

        Assert.Equal((false, isFinal, isPastTheCut), (status.IsSuccess, status.IsFinal, status.IsPastTheCut));
        Assert.Null(status.CutPause);
    }

    [Fact]
    public void Read_WhenThereIsNoState_ShowsTheDocument()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Read("""{"state":"SUCCESS"}"""));

        Assert.Contains("""{"state":"SUCCESS"}""", error.Message, StringComparison.Ordinal);
    }

    private static TransferStatus Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return TransferStatus.Read(document.RootElement);
    }
}
