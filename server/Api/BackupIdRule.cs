using System.Text.RegularExpressions;

namespace Basalt.Server.Api;

/// <summary>Which ids backups may have. The backup layer has the same rule; here it comes before other checks, as the contract wants.</summary>
internal static partial class BackupIdRule
{
    /// <summary>Checks an id.</summary>
    /// <exception cref="RequestException">It is not allowed.</exception>
    public static void Require(string id)
    {
        if (!Allowed().IsMatch(id))
        {
            throw RequestException.Unprocessable($"invalid backup id: '{id}' allowed characters are lowercase, 0-9, _, - (1 to 255 of them)");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9_-]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
