using System.Collections.Concurrent;

namespace Basalt.Backup;

/// <summary>
/// The attempts that services of this process work on, by database and ULID: several nodes of a test or an embedder may share a process. A database is open in one process at a time, so an open attempt of a
/// database open here that is not among these has no one who works on it. Restores that hold a lease are among them, too.
/// </summary>
internal static class LiveAttempts
{
    private static readonly ConcurrentDictionary<(Guid Database, string Ulid), byte> Attempts = new();

    /// <summary>Takes an attempt; false if another has it.</summary>
    public static bool TryAdd(Guid database, string attemptUlid) => Attempts.TryAdd((database, attemptUlid), 0);

    /// <summary>Whether somebody works on an attempt.</summary>
    public static bool Contains(Guid database, string attemptUlid) => Attempts.ContainsKey((database, attemptUlid));

    public static void Remove(Guid database, string attemptUlid) => Attempts.TryRemove((database, attemptUlid), out _);
}
