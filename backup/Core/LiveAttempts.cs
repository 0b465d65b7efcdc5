using System.Collections.Concurrent;

namespace Basalt.Backup;

/// <summary>
/// The attempts that services of this process work on, by ULID. A database is open in one process at a time, so an open attempt of a
/// database open here that is not among these has no one who works on it. Restores that hold a lease are among them, too.
/// </summary>
internal static class LiveAttempts
{
    private static readonly ConcurrentDictionary<string, byte> Attempts = new(StringComparer.Ordinal);

    /// <summary>Takes an attempt; false if another has it.</summary>
    public static bool TryAdd(string attemptUlid) => Attempts.TryAdd(attemptUlid, 0);

    /// <summary>Whether somebody works on an attempt.</summary>
    public static bool Contains(string attemptUlid) => Attempts.ContainsKey(attemptUlid);

    public static void Remove(string attemptUlid) => Attempts.TryRemove(attemptUlid, out _);
}
