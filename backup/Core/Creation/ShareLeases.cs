using System.Globalization;
using Basalt.Engine;

namespace Basalt.Backup.Creation;

/// <summary>
/// The durable leases of one database on its shares in a cluster's backups. The owner of a lease names repository, instant and attempt, so that
/// after a restart a cut is only taken for what it is.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="ownerPrefix">What the owners of leases of this repository begin with.</param>
/// <param name="timeToLive">How long a cut survives without its process.</param>
internal sealed class ShareLeases(Database database, string ownerPrefix, TimeSpan timeToLive)
{
    private const string InstantPrefix = "at-";

    /// <summary>Takes a snapshot of the collections, as far as they are here.</summary>
    /// <param name="ticket">The backup.</param>
    /// <param name="instant">The instant that it is for, or null.</param>
    /// <param name="onCut">Called right after the cut.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<SnapshotHandle> TakeAsync(BackupTicket ticket, long? instant, Action? onCut, CancellationToken cancellationToken)
    {
        // Naming keyspaces means to look again whether others came to be, and perhaps to cut again, for which a cluster's instant is over.
        var options = new SnapshotOptions { Owner = OwnerOf(ticket, instant), TimeToLive = timeToLive, OnCut = onCut };
        return database.CreateSnapshotAsync(options, cancellationToken);
    }

    /// <summary>Finds the newest snapshot of an attempt again; null if there is none. Others of it are given up.</summary>
    public async Task<(SnapshotHandle Handle, long? Instant)?> TryReopenAsync(BackupTicket ticket, CancellationToken cancellationToken)
    {
        (SnapshotHandle Handle, long? Instant)? newest = null;
        foreach (LeaseInfo lease in database.Leases)
        {
            if (!TryParse(lease.Owner, ticket, out long? instant))
            {
                continue;
            }

            if (newest is { } older)
            {
                await older.Handle.DisposeAsync().ConfigureAwait(false);
                newest = null;
            }

            try
            {
                SnapshotHandle handle = await database.ReopenSnapshotAsync(lease.Id, cancellationToken).ConfigureAwait(false);
                await handle.RenewAsync(timeToLive, cancellationToken).ConfigureAwait(false);
                newest = (handle, instant);
            }
            catch (DatabaseException lapsed) when (lapsed.Error == DatabaseError.InvalidOperation)
            {
                // It ended by itself since the list: the cut is gone, and whoever asks for it is told so.
            }
        }

        return newest;
    }

    private string OwnerOf(BackupTicket ticket, long? instant) => instant is { } at
        ? string.Create(CultureInfo.InvariantCulture, $"{ownerPrefix}{InstantPrefix}{at}/{ticket.AttemptUlid}")
        : ownerPrefix + ticket.AttemptUlid;

    private bool TryParse(string owner, BackupTicket ticket, out long? instant)
    {
        instant = null;
        if (owner == OwnerOf(ticket, null))
        {
            return true;
        }

        string start = ownerPrefix + InstantPrefix;
        string end = $"/{ticket.AttemptUlid}";
        if (!owner.StartsWith(start, StringComparison.Ordinal)
            || !owner.EndsWith(end, StringComparison.Ordinal)
            || owner.Length <= start.Length + end.Length
            || !long.TryParse(owner.AsSpan(start.Length, owner.Length - start.Length - end.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long at))
        {
            return false;
        }

        instant = at;
        return true;
    }
}
