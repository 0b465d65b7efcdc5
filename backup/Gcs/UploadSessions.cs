using System.Collections.Concurrent;

namespace Basalt.Backup.Gcs;

/// <summary>
/// The sessions of uploads in progress and of those that broke off, by object. The layer above repeats an upload that failed for a passing
/// reason; it then finds its session here and sends only what the server does not have yet. Thread-safe.
/// </summary>
internal sealed class UploadSessions
{
    /// <summary>More are not remembered: an upload that was given up leaves its session behind. The server forgets it after a week.</summary>
    private const int Most = 256;

    private readonly ConcurrentDictionary<string, UploadSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>The session of an object with that content, if there is one.</summary>
    public UploadSession? Find(string name, long length, string checksum) =>
        _sessions.TryGetValue(name, out UploadSession? session) && session.Length == length && session.Checksum == checksum ? session : null;

    /// <summary>Remembers a session whose upload may be repeated.</summary>
    public void Keep(string name, UploadSession session)
    {
        if (_sessions.Count < Most || _sessions.ContainsKey(name))
        {
            _sessions[name] = session;
        }
    }

    /// <summary>The session has ended.</summary>
    public void Forget(string name) => _sessions.TryRemove(name, out _);
}
