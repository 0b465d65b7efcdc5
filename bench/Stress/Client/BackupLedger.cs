namespace Basalt.Bench.Stress.Client;

/// <summary>The backups that were asked for. Thread-safe.</summary>
internal sealed class BackupLedger
{
    private readonly List<BackupEntry> _entries = [];
    private readonly HashSet<BackupEntry> _inUse = [];
    private readonly Lock _lock = new();

    /// <summary>Backups in some state.</summary>
    public BackupEntry[] In(BackupOutcome outcome)
    {
        lock (_lock)
        {
            return [.. _entries.Where(entry => entry.Outcome == outcome)];
        }
    }

    public void Add(BackupEntry entry)
    {
        lock (_lock)
        {
            _entries.Add(entry);
        }
    }

    /// <summary>Picks a complete backup to restore, which nobody deletes until it is let go.</summary>
    public BackupEntry? Take(Random random)
    {
        lock (_lock)
        {
            BackupEntry[] good = In(BackupOutcome.Good);
            if (good.Length == 0)
            {
                return null;
            }

            BackupEntry entry = good[random.Next(good.Length)];
            _inUse.Add(entry);
            return entry;
        }
    }

    public void LetGo(BackupEntry entry)
    {
        lock (_lock)
        {
            _inUse.Remove(entry);
        }
    }

    /// <summary>Picks a complete backup to delete, if there are more than some.</summary>
    public BackupEntry? TakeToDelete(Random random, int kept)
    {
        lock (_lock)
        {
            BackupEntry[] good = [.. In(BackupOutcome.Good).Where(entry => !_inUse.Contains(entry))];
            if (good.Length <= kept)
            {
                return null;
            }

            BackupEntry entry = good[random.Next(good.Length)];
            entry.Outcome = BackupOutcome.Deleting;
            return entry;
        }
    }
}
