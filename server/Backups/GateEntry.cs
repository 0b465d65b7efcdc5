namespace Basalt.Server.Backups;

/// <summary>An operation that keeps others from starting.</summary>
/// <param name="Id">Identity of the backup.</param>
/// <param name="HasEnded">Whether it has ended, to all that clients can see.</param>
internal readonly record struct GateEntry(string Id, Func<bool> HasEnded);
