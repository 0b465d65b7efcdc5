namespace Basalt.Server.Configuration;

/// <summary>
/// Takes out of a text what may be a secret in a URL before the text is shown: people paste user, password and signed queries where none
/// belong, and the refusal that quotes them ends up in a log.
/// </summary>
internal static class UrlSecrets
{
    private const string Hidden = "***";

    /// <summary>The text without what stands before its last '@' and, in a URL, behind its '?'.</summary>
    public static string Hide(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int at = text.LastIndexOf('@');
        int start = scheme >= 0 && scheme < at ? scheme + 3 : 0;
        string shown = at < 0 ? text : $"{text[..start]}{Hidden}{text[at..]}";
        int query = scheme < 0 ? -1 : shown.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? shown : $"{shown[..(query + 1)]}{Hidden}";
    }
}
