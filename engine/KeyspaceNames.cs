using System.Text;

namespace Basalt.Engine;

/// <summary>The rule for names of keyspaces.</summary>
internal static class KeyspaceNames
{
    private const int MaxBytes = 1024;

    /// <exception cref="ArgumentException">The name is empty, too long or holds control characters.</exception>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > MaxBytes || name.Any(char.IsControl))
        {
            throw new ArgumentException($"A keyspace name has 1 to {MaxBytes} UTF-8 bytes and no control characters; this one is '{name}'.", nameof(name));
        }
    }
}
