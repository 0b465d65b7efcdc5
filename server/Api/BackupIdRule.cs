using Basalt.Backup;

namespace Basalt.Server.Api;

/// <summary>Refuses ids that no backup may have before anything else is checked, as the contract wants.</summary>
internal static class BackupIdRule
{
    /// <summary>Checks an id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="prefix">What it is the id of, in front of the message; empty for the backup in question.</param>
    /// <exception cref="RequestException">It is not allowed.</exception>
    public static void Require(string id, string prefix = "")
    {
        if (!BackupRequest.IsValidId(id))
        {
            throw RequestException.Unprocessable($"{prefix}invalid backup id: '{id}' allowed characters are lowercase, 0-9, _, - (1 to 255 of them)");
        }
    }
}
