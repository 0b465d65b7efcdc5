using System.Globalization;
using System.Text;
using Basalt.Server.Objects;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Server.Tests.Objects;

public sealed class Rfc3339Tests
{
    [Fact]
    public void TryParse_ForAnyTimeAndOffset_AgreesWithTheLibrary()
    {
        Gen<DateTimeOffset> times =
            from ticks in Gen.Choose(0, int.MaxValue).Select(value => (long)value * 146_000_000L)
            from offset in Gen.Choose(-14 * 60, 14 * 60)
            let local = new DateTime(TimeSpan.TicksPerDay + ticks)
            select new DateTimeOffset(local, TimeSpan.FromMinutes(offset));

        Prop.ForAll(times.ToArbitrary(), time =>
        {
            bool parsed = Rfc3339.TryParse(
                Encoding.UTF8.GetBytes(time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture)), out long ticks);

            Assert.True(parsed);
            Assert.Equal(time.UtcTicks, ticks);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("2026-11-22T10:15:00Z", "2026-11-22T10:15:00.0000000Z")]
    [InlineData("2026-11-22t10:15:00z", "2026-11-22T10:15:00.0000000Z")]
    [InlineData("2024-02-29T23:59:59.1Z", "2024-02-29T23:59:59.1000000Z")]
    [InlineData("2026-11-22T00:30:00.123456789+01:00", "2026-11-21T23:30:00.1234567Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void TryParse_WhenADateIsGiven_IsThatMoment(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out long ticks));
        Assert.Equal(expected, new DateTime(ticks, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-22")]
    [InlineData("2026-11-22T10:15Z")]
    [InlineData("2026-11-22T10:15:00")]
    [InlineData("2026-11-22 10:15:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T10:60:00Z")]
    [InlineData("2026-11-22T10:15:60Z")]
    [InlineData("2026-11-22T10:15:00.Z")]
    [InlineData("2026-11-22T10:15:00+1:00")]
    [InlineData("2026-11-22T10:15:00+24:00")]
    [InlineData("2026-11-22T10:15:00Z ")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("２026-11-22T10:15:00Z")]
    public void TryParse_WhenItIsNoDate_SaysSo(string text) => Assert.False(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
