using System.Text.RegularExpressions;
using Basalt.Architecture.Tests.Sources;

namespace Basalt.Architecture.Tests;

/// <summary>Nothing half done is shipped.</summary>
public sealed partial class HygieneTests
{
    [Fact]
    public void Sources_WhenShipped_HaveNoUnfinishedMarks() =>
        Violations.AssertNone(Repository.ShippedSources
            .SelectMany(source => UnfinishedMark().Matches(source.Text).Select(match => $"{source.Path}: {match.Value}")));

    [Fact]
    public void Sources_WhenShipped_HaveNoRegions() =>
        Violations.AssertNone(Repository.AllSources
            .Where(source => CSharpText.WithoutCommentsAndStrings(source.Text).Contains("#region", StringComparison.Ordinal))
            .Select(source => source.Path));

    /// <summary>xunit 2 never calls the <c>DisposeAsync</c> of an <see cref="IAsyncDisposable"/>, so databases and folders would be left behind.</summary>
    [Fact]
    public void Tests_WhenTheyHoldResources_AreDisposed() =>
        Violations.AssertNone(Repository.AllSources
            .Where(source => source.Path.StartsWith("tests/", StringComparison.Ordinal)
                && DisposedByNobody().IsMatch(CSharpText.WithoutCommentsAndStrings(source.Text)))
            .Select(source => $"{source.Path}: derive from DisposableTest, or use IAsyncLifetime, too"));

    [Theory]
    [InlineData("a // b \"c\"\nd", "a         \nd")]
    [InlineData("a /* b\n */ c", "a     \n    c")]
    [InlineData("""f("x\"y", 'z')""", "f(      ,    )")]
    [InlineData("""f(@"x\", $@"a""b")""", "f(@    , $@      )")]
    [InlineData("f(\"\"\"a\"b\"\"\") // c", "f(         )     ")]
    public void CSharpText_WhenStripped_KeepsOnlyCode(string text, string code) =>
        Assert.Equal(code, CSharpText.WithoutCommentsAndStrings(text));

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"\bclass \w+Tests?\b(?![^{;]*\bIAsyncLifetime\b)[^{;]*\bIAsyncDisposable\b")]
    private static partial Regex DisposedByNobody();
}
