using System.Collections.Immutable;
using System.Globalization;

namespace Basalt.Server.Configuration;

/// <summary>Reads typed values from environment variables; an empty variable counts as unset.</summary>
internal sealed class VariableReader(IReadOnlyDictionary<string, string> variables)
{
    public string? Text(string name) =>
        variables.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    public long Integer(string name, long fallback, long minimum, long maximum)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value >= minimum && value <= maximum
                ? value
                : throw SettingsException.Invalid(name, text, string.Create(CultureInfo.InvariantCulture, $"{minimum} to {maximum}"));
    }

    /// <summary>A duration from zero: <c>250ms</c>, <c>2s</c>, <c>1.5s</c>, <c>1m</c>, or <c>0</c>.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan maximum)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        (string number, double milliseconds) = text switch
        {
            "0" => (text, 1),
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1),
            _ when text.EndsWith('s') => (text[..^1], 1000),
            _ when text.EndsWith('m') => (text[..^1], 60_000),
            _ => ("", 0),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value * milliseconds <= maximum.TotalMilliseconds
                ? TimeSpan.FromMilliseconds(value * milliseconds)
                : throw SettingsException.Invalid(
                    name, text, string.Create(CultureInfo.InvariantCulture, $"0 to {maximum.TotalSeconds}s as <number>ms, <number>s or <number>m"));
    }

    /// <summary>The words that Weaviate takes as true: anything of <c>true enabled on 1</c>; false likewise.</summary>
    public bool Flag(string name, bool fallback) =>
        Text(name)?.ToLowerInvariant() switch
        {
            null => fallback,
            "true" or "enabled" or "on" or "1" => true,
            "false" or "disabled" or "off" or "0" => false,
            { } text => throw SettingsException.Invalid(name, text, "true, enabled, on, 1 or false, disabled, off, 0"),
        };

    public T Word<T>(string name, T fallback, params ReadOnlySpan<(string Word, T Value)> words)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        foreach ((string word, T value) in words)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var allowed = new List<string>(words.Length);
        foreach ((string word, _) in words)
        {
            allowed.Add(word);
        }

        throw SettingsException.Invalid(name, text, string.Join(", ", allowed));
    }

    public ImmutableArray<string> List(string name) =>
        [.. (Text(name) ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
