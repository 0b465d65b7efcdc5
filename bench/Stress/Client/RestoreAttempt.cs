namespace Basalt.Bench.Stress.Client;

/// <summary>A restore that was asked for.</summary>
/// <param name="entry">The backup.</param>
/// <param name="names">New names by the names in the backup; in place they are the same.</param>
internal sealed class RestoreAttempt(BackupEntry entry, IReadOnlyDictionary<string, string> names)
{
    public BackupEntry Entry { get; } = entry;

    public IReadOnlyDictionary<string, string> Names { get; } = names;

    /// <summary>Whether it takes the place of a class that was dropped, while no worker writes.</summary>
    public bool IsInPlace => Names.All(name => name.Key == name.Value);

    /// <summary>Whether the drop in place is done.</summary>
    public bool IsDropped { get; set; }

    public bool IsAcknowledged { get; set; }

    public bool IsCancelAsked { get; set; }

    /// <summary>Whether the server was stopped in an orderly way meanwhile, which cancels.</summary>
    public bool WasDisturbed { get; set; }

    /// <summary>Whether all was compared, so that its classes go.</summary>
    public bool IsChecked { get; set; }
}
