using Basalt.Server.Grpc;

namespace Basalt.Server.Tests.Grpc;

public sealed class StatusMessageTests
{
    [Theory]
    [InlineData("class 'Book' not found", "class 'Book' not found")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("Bücher 😀", "B%C3%BCcher %F0%9F%98%80")]
    public void Message_WhenEncoded_IsPrintableAscii(string text, string encoded) => Assert.Equal(encoded, StatusMessage.Encode(text));

    [Fact]
    public void Message_WhenEndless_IsCut() => Assert.InRange(StatusMessage.Encode(new string('x', 100_000)).Length, 4000, 5000);
}
