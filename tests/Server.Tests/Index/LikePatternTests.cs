using System.Text;
using System.Text.RegularExpressions;
using Basalt.Server.Index;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Server.Tests.Index;

public sealed class LikePatternTests
{
    [Fact]
    public void IsMatch_ForAnyPatternAndTerm_AgreesWithARegularExpression()
    {
        Gen<string> patterns = Gen.Elements("a", "b", "ö", "北", "*", "?").ListOf().Select(string.Concat);
        Gen<string> terms = Gen.Elements("a", "b", "ö", "北").ListOf().Select(string.Concat);

        Prop.ForAll(patterns.ToArbitrary(), terms.ToArbitrary(), (pattern, term) =>
        {
            string expression = $@"\A{pattern.Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.')}\z";
            bool expected = Regex.IsMatch(term, expression, RegexOptions.CultureInvariant | RegexOptions.Singleline);

            Assert.Equal(expected, new LikePattern(Encoding.UTF8.GetBytes(pattern)).IsMatch(Encoding.UTF8.GetBytes(term)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(12));
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("ab*c", "ab")]
    [InlineData("ö?", "ö")]
    [InlineData("*a", "")]
    public void FixedBeginning_WhenThereAreWildcards_EndsBeforeTheFirst(string pattern, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(new LikePattern(Encoding.UTF8.GetBytes(pattern)).FixedBeginning));
}
