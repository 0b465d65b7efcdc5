using System.Text;
using Basalt.Server.Index;
using Basalt.Server.Schema;

namespace Basalt.Server.Tests.Index;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("word", "Hello, World! 42 it's", "hello|world|42|it|s")]
    [InlineData("word", "Größe ΣΊΣΥΦΟΣ 北京", "größe|σίσυφοσ|北京")]
    [InlineData("word", "  ...  ", "")]
    [InlineData("word", "", "")]
    [InlineData("word", "a*b?c", "a|b|c")]
    [InlineData("lowercase", "Hello, World!  it's", "hello,|world!|it's")]
    [InlineData("whitespace", "Hello,\tWorld!\u00a0it's\n", "Hello,|World!|it's")]
    [InlineData("field", "  Hello,  World! ", "Hello,  World!")]
    [InlineData("field", " \t\n", "")]
    [InlineData("trigram", "Hello", "hel|ell|llo")]
    [InlineData("trigram", "a b-cd", "abc|bcd")]
    [InlineData("trigram", "Öl", "öl")]
    [InlineData("trigram", "Öl🪨x", "ölx")]
    [InlineData("trigram", "", "")]
    public void Tokenize_WhenATextIsGiven_SplitsItAsTheTokenizationSays(string tokenization, string text, string expected) =>
        Assert.Equal(expected, Tokenize(tokenization, text));

    [Theory]
    [InlineData("word", "Se* s?a x", "se*|s?a|x")]
    [InlineData("field", " A*b ", "A*b")]
    public void Tokenize_WhenWildcardsAreKept_TheyBelongToTerms(string tokenization, string text, string expected) =>
        Assert.Equal(expected, Tokenize(tokenization, text, keepWildcards: true));

    [Theory]
    [InlineData("word", "a b c d", "a|b")]
    [InlineData("trigram", "abcdefgh", "abc|bcd")]
    public void Tokenize_WhenThereAreMoreTermsThanWanted_StopsSoon(string tokenization, string text, string beginning)
    {
        string terms = Tokenize(tokenization, text, maxTerms: 2);

        Assert.StartsWith(beginning, terms, StringComparison.Ordinal);
        Assert.InRange(terms.Split('|').Length, 2, 3);
    }

    private static string Tokenize(string tokenization, string text, bool keepWildcards = false, int maxTerms = int.MaxValue)
    {
        var tokenizer = new Tokenizer();
        tokenizer.Tokenize(Enum.Parse<Tokenization>(tokenization, ignoreCase: true), Encoding.UTF8.GetBytes(text), keepWildcards, maxTerms);
        return string.Join('|', Enumerable.Range(0, tokenizer.Count).Select(index => Encoding.UTF8.GetString(tokenizer[index])));
    }
}
