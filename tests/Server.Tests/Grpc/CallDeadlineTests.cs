using Basalt.Server.Grpc;

namespace Basalt.Server.Tests.Grpc;

public sealed class CallDeadlineTests
{
    [Theory]
    [InlineData("2S", 2000)]
    [InlineData("1500m", 1500)]
    [InlineData("90M", 5_400_000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("5000u", 5)]
    [InlineData("2000000n", 2)]
    public void Deadline_WhenGiven_IsRead(string header, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), CallDeadline.Parse(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("12")]
    [InlineData("-1S")]
    [InlineData("1x")]
    [InlineData("123456789S")]
    [InlineData("99999999H")]
    public void Deadline_WhenMissingMalformedOrEndless_IsNone(string? header) => Assert.Null(CallDeadline.Parse(header));
}
