using System.Buffers.Binary;
using Basalt.Engine;

namespace Basalt.Backup.Tests.Support;

/// <summary>Fills databases with what can be told again from a seed, and reads all of it back.</summary>
public static class Contents
{
    /// <summary>Puts random values under keys from <paramref name="first"/> on.</summary>
    public static void Fill(Database database, string keyspace, int count, int seed, int first = 0, int valueBytes = 200)
    {
        Keyspace target = database.GetOrCreateKeyspace(keyspace);
        var random = new Random(seed);
        byte[] value = new byte[valueBytes];
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(value);
            database.Put(target, Key(first + i), value);
        }
    }

    public static byte[] Key(int number)
    {
        byte[] key = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    /// <summary>All keyspaces with all they hold, as text that a failed comparison can show.</summary>
    public static SortedDictionary<string, string> Read(Database database, Func<string, bool>? isWanted = null)
    {
        var contents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Keyspace keyspace in database.Keyspaces.Where(keyspace => isWanted?.Invoke(keyspace.Name) ?? true))
        {
            contents.Add(keyspace.Name, "a keyspace");
            using DatabaseIterator entries = database.Scan(keyspace);
            while (entries.MoveNext())
            {
                contents.Add($"{keyspace.Name} {Convert.ToHexStringLower(entries.Key)}", Convert.ToHexStringLower(entries.Value));
            }
        }

        return contents;
    }
}
