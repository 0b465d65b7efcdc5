using System.Text.RegularExpressions;
using Basalt.Server.Api;

namespace Basalt.Server.Schema;

/// <summary>Which names and states tenants may have.</summary>
internal static partial class TenantRules
{
    /// <summary>The word that clients know a status by.</summary>
    public static string Word(TenantStatus status) => status == TenantStatus.Hot ? "HOT" : "COLD";

    /// <summary>Reads a status by its older or newer word.</summary>
    public static bool TryParse(string word, out TenantStatus status)
    {
        status = word is "HOT" or "ACTIVE" ? TenantStatus.Hot : TenantStatus.Cold;
        return status == TenantStatus.Hot || word is "COLD" or "INACTIVE";
    }

    /// <summary>Checks the name of a tenant.</summary>
    /// <exception cref="RequestException">It breaks the pattern.</exception>
    public static void CheckName(string name)
    {
        if (NameProblem(name) is { } problem)
        {
            throw RequestException.Unprocessable(problem);
        }
    }

    /// <summary>What is wrong with the name of a tenant, or null.</summary>
    public static string? NameProblem(string name) =>
        NamePattern().IsMatch(name) ? null : $"'{name}' is not a valid tenant name: it takes 1 to 64 letters, digits, underscores and hyphens";

    [GeneratedRegex(@"\A[A-Za-z0-9_\-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
