using System.Globalization;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Manifest;

/// <summary>What a version knows of all its keyspaces is the same, however it came about.</summary>
public sealed class KeyspaceIndexTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void FindKeyspace_WhenNamesComeAndGo_KnowsThoseThatAreThere()
    {
        Random random = new(7);
        HashSet<string> expected = [];
        using (Database database = Database.Open(_directory.Path))
        {
            for (int step = 0; step < 300; step++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"k{random.Next(20)}");
                if (expected.Add(name))
                {
                    database.Put(database.CreateKeyspace(name), "a"u8, "b"u8);
                }
                else if (random.Next(2) == 0)
                {
                    database.DropKeyspace(database.FindKeyspace(name)!);
                    expected.Remove(name);
                }

                Verify(database, expected);
            }
        }

        using Database reopened = Database.Open(_directory.Path);
        Verify(reopened, expected);
    }

    private static void Verify(Database database, HashSet<string> expected)
    {
        Assert.Equal(expected.Order(StringComparer.Ordinal), database.Keyspaces.Select(keyspace => keyspace.Name));
        for (int number = 0; number < 20; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"k{number}");
            Assert.Equal(expected.Contains(name), database.FindKeyspace(name) is not null);
        }
    }
}
