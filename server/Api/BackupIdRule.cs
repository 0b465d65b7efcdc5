using Basalt.Backup;

namespace Basalt.Server.Api;

/// <summary>Refuses ids that no backup may have before anything else is checked, as the contract wants.</summary>
internal static class BackupIdRule
{
    /// <summary>Checks an id.</summary>
    /// <exception cref="RequestException">It is not allowed.</exception>
    public static void Require(string id)
    {
        if (!BackupRequest.IsValidId(id))
        {
            throw RequestException.Unprocessable($"invalid backup id: '{id}' allowed characters are lowercase, 0-9, _, - (1 to 255 of them)");
        }
    }
}
