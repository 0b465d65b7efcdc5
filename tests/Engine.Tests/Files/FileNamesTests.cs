using Basalt.Engine.Files;

namespace Basalt.Engine.Tests.Files;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("CURRENT", nameof(FileKind.Current), 0)]
    [InlineData("LOCK", nameof(FileKind.Lock), 0)]
    [InlineData("staging", nameof(FileKind.Staging), 0)]
    [InlineData("MANIFEST-000001", nameof(FileKind.Manifest), 1)]
    [InlineData("000123.log", nameof(FileKind.Log), 123)]
    [InlineData("000123.spare", nameof(FileKind.SpareLog), 123)]
    [InlineData("12345678.seg", nameof(FileKind.Segment), 12345678)]
    [InlineData("18446744073709551615.seg", nameof(FileKind.Segment), ulong.MaxValue)]
    [InlineData("CURRENT.tmp", nameof(FileKind.Temporary), 0)]
    [InlineData("MANIFEST-000002.tmp", nameof(FileKind.Temporary), 0)]
    public void TryParse_WhenTheEngineWroteTheName_ThenKindAndNumberAreTold(string name, string kind, ulong number)
    {
        Assert.True(FileNames.TryParse(name, out FileKind parsedKind, out ulong parsedNumber));

        Assert.Equal((kind, number), (parsedKind.ToString(), parsedNumber));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".log")]
    [InlineData("log")]
    [InlineData("123.log")]
    [InlineData("0000123.log")]
    [InlineData("-00123.log")]
    [InlineData("00012a.seg")]
    [InlineData("000123.SEG")]
    [InlineData("000123.sst")]
    [InlineData("000123.log.bak")]
    [InlineData("MANIFEST-")]
    [InlineData("MANIFEST-1")]
    [InlineData("current")]
    [InlineData("notes.tmp")]
    [InlineData("18446744073709551616.seg")]
    public void TryParse_WhenTheNameOnlyLooksAlike_ThenItIsForeign(string name)
    {
        Assert.False(FileNames.TryParse(name, out _, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(999_999)]
    [InlineData(1_000_000)]
    public void Format_WhenParsedAgain_ThenTheNumberIsTheSame(ulong number)
    {
        foreach (string name in new[]
        {
            FileNames.Manifest(number), FileNames.Log(number), FileNames.SpareLog(number), FileNames.Segment(number),
        })
        {
            Assert.True(FileNames.TryParse(name, out _, out ulong parsed), name);
            Assert.Equal(number, parsed);
        }

        Assert.Equal("CURRENT.tmp", FileNames.Temporary(FileNames.Current));
    }
}
